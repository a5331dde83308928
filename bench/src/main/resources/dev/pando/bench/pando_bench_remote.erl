%% The BEAM's side of `pando bench cluster`: the same work as PandoRemote, as an Erlang programmer would write it.
%% Prints and exits as pando_bench does.
-module(pando_bench_remote).
-behaviour(gen_server).

-export([main/1, tally/2, watch/0, start_echo/0, end_with_who_started_it/0]).
-export([init/1, handle_call/3, handle_cast/2]).

-import(pando_bench, [time/2, timed/1, now_nanos/0, nanos_per/1, median/1, rate/2, sample/2, check/3]).

-define(MANY, 64).
-define(SMALL, 64).
-define(LARGE, 1024).
-define(JOINS, 10000).
-define(WAIT, 120000).

main([End, Far, Work | Numbers]) ->
    [WarmUp, Batches, Batch, _, _, _, Max] = [list_to_integer(Number) || Number <- Numbers],
    Effort = {WarmUp * 1000000, Batches, Batch * 1000000, Max},
    spawn(fun end_with_who_started_it/0),
    {ok, _} = pg:start(pg),
    case End of
        "far" ->
            io:format("ready~n"),
            receive after infinity -> ok end;
        "near" ->
            Node = list_to_atom(Far),
            pando_bench:run(fun() ->
                pong = net_adm:ping(Node),
                pando_bench:about(),
                measured(list_to_atom(Work), Node, Effort)
            end)
    end.

%% Standard input has nothing to say but that it ends.
end_with_who_started_it() ->
    Input = open_port({fd, 0, 0}, [in, eof, binary]),
    receive {Input, eof} -> halt(1) end.

measured(rpc1, Far, Effort) -> latency(Far, Effort);
measured(rpc64, Far, Effort) -> rate("rpc64", time(calls(Far, ?MANY), Effort));
measured(stream1, Far, Effort) -> stream("stream1", streams(Far, 1, ?SMALL), Effort);
measured(stream64, Far, Effort) -> stream("stream64", streams(Far, ?MANY, ?SMALL), Effort);
measured(stream1k, Far, Effort) -> stream("stream1k", streams(Far, 1, ?LARGE), Effort);
measured(groups, Far, Effort) -> joined("groups", joins(Far, fun(Number) -> {group, Number} end, ?JOINS), Effort);
measured(group, Far, Effort) -> joined("group", joins(Far, fun(_) -> group end, 1), Effort).

%% ---- request and reply

start_echo() ->
    {ok, Server} = gen_server:start(?MODULE, [], []),
    Server.

init([]) -> {ok, 0}.

handle_call({ask, Number}, _, Count) -> {reply, Number, Count + 1}.

handle_cast(_, Count) -> {noreply, Count}.

%% Of each batch its quantiles, and of these the medians.
latency(Far, Effort) ->
    Server = rpc:call(Far, ?MODULE, start_echo, []),
    Me = self(),
    {_, Times} = time(
        fun(Operations) ->
            timed(fun() -> Me ! {took, call_timed(Server, 0, Operations, [])} end)
        end,
        Effort),
    All = took(),
    Batches = lists:nthtail(length(All) - length(Times), All),
    sample("rpc1", median([quantile(0.5, Took) || Took <- Batches]) / 1.0e3),
    sample("rpc1-p99", median([quantile(0.99, Took) || Took <- Batches]) / 1.0e3).

took() ->
    receive {took, Took} -> [Took | took()] after 0 -> [] end.

quantile(Share, Values) -> lists:nth(ceil(Share * length(Values)), lists:sort(Values)).

call_timed(_, Operations, Operations, Took) ->
    Took;
call_timed(Server, Number, Operations, Took) ->
    Start = now_nanos(),
    Number = gen_server:call(Server, {ask, Number}),
    call_timed(Server, Number + 1, Operations, [now_nanos() - Start | Took]).

calls(Far, Callers) ->
    Server = rpc:call(Far, ?MODULE, start_echo, []),
    fun(Operations) ->
        timed(fun() ->
            Me = self(),
            Shares = [(Operations + Caller) div Callers || Caller <- lists:seq(0, Callers - 1)],
            Pids = [spawn_link(fun() -> Me ! {self(), call(Server, 0, Share)} end) || Share <- Shares],
            check(calls, Operations, lists:sum([receive {Pid, Calls} -> Calls end || Pid <- Pids]))
        end)
    end.

call(_, Operations, Operations) ->
    Operations;
call(Server, Number, Operations) ->
    Number = gen_server:call(Server, {ask, Number}),
    call(Server, Number + 1, Operations).

%% ---- one-way

stream(Row, Streams, Effort) ->
    rate(Row, time(Streams, Effort)),
    % None is: each batch is checked.
    sample(Row ++ "-lost", 0).

streams(Far, Senders, Bytes) ->
    Tally = spawn(Far, ?MODULE, tally, [0, 0]),
    Text = list_to_binary(lists:duplicate(Bytes, $x)),
    fun(Messages) ->
        timed(fun() ->
            {Before, BytesBefore} = report(Tally),
            Me = self(),
            Shares = [(Messages + Sender) div Senders || Sender <- lists:seq(0, Senders - 1)],
            Pids = [spawn_link(fun() -> Me ! {self(), send(Tally, Text, Share)} end) || Share <- Shares],
            {After, BytesAfter} = lists:max([receive {Pid, Total} -> Total end || Pid <- Pids]),
            check(messages, Messages, After - Before),
            check(bytes, Messages * Bytes, BytesAfter - BytesBefore)
        end)
    end.

send(Tally, _, 0) ->
    report(Tally);
send(Tally, Text, Left) ->
    Tally ! {letter, Text},
    send(Tally, Text, Left - 1).

report(Tally) ->
    Tally ! {report, self()},
    receive {total, Letters, Bytes} -> {Letters, Bytes} end.

tally(Letters, Bytes) ->
    receive
        {letter, Text} ->
            tally(Letters + 1, Bytes + byte_size(Text));
        {report, To} ->
            To ! {total, Letters, Bytes},
            tally(Letters, Bytes)
    end.

%% ---- groups

joined(Row, Joins, Effort) -> sample(Row, nanos_per(time(Joins, Effort)) / 1.0e6).

%% A process for each number joins the group that the number gives; one group is joined last and left last.
joins(Far, Group, Groups) ->
    Joiner = self(),
    Members = [{Group(Number), spawn(fun() -> idle(Joiner) end)} || Number <- lists:seq(1, ?JOINS)],
    [{First, Member} | _] = Members,
    Watch = spawn(Far, ?MODULE, watch, []),
    fun(1) ->
        Nanos = timed(fun() ->
            [ok = pg:join(Each, Pid) || {Each, Pid} <- Members],
            ok = pg:join(last, Member),
            check(groups, Groups + 1, await(Watch, last, 1)),
            check(groups, Groups + 1, await(Watch, First, ?JOINS div Groups))
        end),
        [ok = pg:leave(Each, Pid) || {Each, Pid} <- Members],
        ok = pg:leave(last, Member),
        check(groups, 0, await(Watch, last, 0)),
        Nanos
    end.

idle(Parent) ->
    Ref = monitor(process, Parent),
    receive {'DOWN', Ref, process, _, _} -> ok end.

await(Watch, Group, Members) ->
    Watch ! {await, Group, Members, self()},
    receive {groups, Groups} -> Groups after ?WAIT -> exit({not_seen, Group, Members}) end.

watch() ->
    receive
        {await, Group, Members, From} ->
            until_seen(Group, Members),
            From ! {groups, length(pg:which_groups())},
            watch()
    end.

until_seen(Group, Members) ->
    case length(pg:get_members(Group)) of
        Members -> ok;
        _ -> timer:sleep(1), until_seen(Group, Members)
    end.
