%% Where a node listens, by its name alone: bench_PORT@127.0.0.1. So no port mapper has to run, nor stays behind.
-module(pando_bench_epmd).

-export([start_link/0, register_node/2, register_node/3, listen_port_please/2]).
-export([address_please/3, port_please/2, port_please/3, names/1]).

-define(DISTRIBUTION, 6).

start_link() -> ignore.

register_node(_, _) -> {ok, 1}.

register_node(_, _, _) -> {ok, 1}.

listen_port_please(Name, _) -> {ok, port(Name)}.

address_please(_, Host, Family) -> inet:getaddr(Host, Family).

port_please(Name, _) -> {port, port(Name), ?DISTRIBUTION}.

port_please(Name, _, _) -> {port, port(Name), ?DISTRIBUTION}.

names(_) -> {error, address}.

port(Name) when is_atom(Name) -> port(atom_to_list(Name));
port("bench_" ++ Port) -> list_to_integer(Port).
