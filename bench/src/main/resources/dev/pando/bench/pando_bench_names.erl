%% The BEAM's side of `pando bench registry`: names of `global`, as an Erlang programmer would register them.
%% Prints and exits as pando_bench does.
-module(pando_bench_names).

-export([main/1, hold/0]).

-import(pando_bench, [time/2, timed/1, now_nanos/0, median/1, rate/2, sample/2, check/3]).

%% A name takes a millisecond and more.
-define(NAMES, 1000).
-define(PATIENCE, 40000).

main([End, Others, Work | Numbers]) ->
    [WarmUp, Batches, Batch, _, Names, _, Max] = [list_to_integer(Number) || Number <- Numbers],
    Effort = {WarmUp * 1000000, Batches, Batch * 1000000, Max},
    spawn(fun pando_bench_remote:end_with_who_started_it/0),
    case End of
        "far" ->
            io:format("ready~n"),
            receive after infinity -> ok end;
        "near" ->
            Far = [list_to_atom(Node) || Node <- string:split(Others, ",", all)],
            pando_bench:run(fun() ->
                [pong = net_adm:ping(Node) || Node <- Far],
                ok = global:sync(),
                check(nodes, lists:sort(Far), lists:sort(nodes())),
                pando_bench:about(),
                measured(list_to_atom(Work), Far, Effort, min(?NAMES, Names))
            end)
    end.

measured(register, Far, Effort, Names) ->
    sample("register-1k", median([Names * 1.0e9 / Held || {Held, _} <- fills(Far, Effort, Names)]));
measured(visible, Far, Effort, Names) ->
    sample("visible-1k", median([Visible / 1.0e6 || {_, Visible} <- fills(Far, Effort, Names)]));
measured(lookup, [Far | _], Effort, Names) ->
    rate("lookup-far", time(look_ups(far, Far, Names), Effort)),
    rate("lookup-near", time(look_ups(near, node(), Names), Effort)).

hold() -> receive leave -> ok end.

%% Each with when all names were held, and when all nodes knew them.
fills(Far, {_, Batches, _, _}, Names) ->
    fill(Far, max(1, Names div 10)),
    fills(Far, Batches, Names, now_nanos() + ?PATIENCE * 1000000).

fills(Far, Left, Names, End) ->
    Fill = fill(Far, Names),
    case Left > 1 andalso now_nanos() < End of
        true -> [Fill | fills(Far, Left - 1, Names, End)];
        false -> [Fill]
    end.

fill(Far, Names) ->
    Keys = keys(fill, Names),
    % A process can have one name.
    Holders = [{Key, spawn(fun hold/0)} || Key <- Keys],
    Start = now_nanos(),
    [yes = global:register_name(Key, Holder) || {Key, Holder} <- Holders],
    Held = now_nanos() - Start,
    [await(Node, Names) || Node <- Far],
    Visible = now_nanos() - Start,
    [global:unregister_name(Key) || Key <- Keys],
    [await(Node, 0) || Node <- Far],
    [Holder ! leave || {_, Holder} <- Holders],
    {Held, Visible}.

await(Node, Names) ->
    case length(rpc:call(Node, global, registered_names, [])) of
        Names -> ok;
        _ -> timer:sleep(1), await(Node, Names)
    end.

keys(Where, Names) -> [{Where, Number} || Number <- lists:seq(1, Names)].

look_ups(Where, Node, Names) ->
    Holders = [{Key, spawn(Node, ?MODULE, hold, [])} || Key <- keys(Where, Names)],
    [yes = global:register_name(Key, Holder) || {Key, Holder} <- Holders],
    fun(Operations) -> timed(fun() -> look_up(Holders, Holders, Operations) end) end.

look_up(_, _, 0) ->
    ok;
look_up([], All, Left) ->
    look_up(All, All, Left);
look_up([{Key, Holder} | Others], All, Left) ->
    Holder = global:whereis_name(Key),
    look_up(Others, All, Left - 1).
