%% The BEAM's side of `pando bench local`: the same work as PandoSubject, as an Erlang programmer would write it.
%% Prints one line per row, which Sample.java reads. Exits with 1 when an outcome is wrong.
-module(pando_bench).
-behaviour(gen_server).

-export([main/1]).
%% For pando_bench_remote and pando_bench_names.
-export([run/1, about/0, time/2, timed/1, now_nanos/0, nanos_per/1, median/1, rate/2, sample/2, check/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(RING, 1000).
-define(LEAVES, 100000).
-define(CHILDREN, 10).
-define(SPAWN_BURST, 1000).
-define(MILLION, 1000000).
-define(TRIAL, 10).

main([Work | Numbers]) ->
    [WarmUp, Batches, Batch, Population, _, _, Max] = [list_to_integer(Number) || Number <- Numbers],
    Effort = {WarmUp * 1000000, Batches, Batch * 1000000, Max},
    run(fun() -> measure(list_to_atom(Work), Effort, Population) end).

%% Ends the virtual machine as the function ends.
run(Fun) ->
    {Pid, Ref} = spawn_monitor(Fun),
    receive
        {'DOWN', Ref, process, Pid, normal} ->
            halt(0);
        {'DOWN', Ref, process, Pid, Reason} ->
            io:format(standard_error, "pando_bench: ~p~n", [Reason]),
            halt(1)
    end.

measure(Work, Effort, Population) ->
    about(),
    measured(Work, Effort, Population).

about() ->
    io:format("about Erlang/OTP ~s, erts ~s~n",
              [erlang:system_info(otp_release), erlang:system_info(version)]).

measured(call1, Effort, _) -> rate("call1", time(calls(1), Effort));
measured(call8, Effort, _) -> rate("call8", time(calls(8), Effort));
measured(cast, Effort, _) -> rate("cast", time(casts(), Effort));
measured(send, Effort, _) -> rate("send", time(sends(), Effort));
measured(pingpong, Effort, _) -> nanos("pingpong", time(ping_pong(), Effort));
measured(ring, Effort, _) -> nanos("ring", time(ring(?RING), Effort));
measured(spawn, Effort, _) -> rate("spawn", time(fun spawns/1, Effort));
measured(start, Effort, _) -> rate("start", time(fun starts/1, Effort));
measured(processes, _, Count) -> weigh("process", fun processes/2, Count);
measured(servers, _, Count) -> weigh("server", fun servers/2, Count);
measured(skynet, Effort, _) -> sample("skynet", nanos_per(time(skynet(?LEAVES), Effort)) / 1.0e6);
measured(million, _, _) -> million().

%% ---- timing: as in Timing.java

%% Work is a function of the number of operations, which returns how many nanoseconds they took.
time(Work, {WarmUp, Batches, Batch, Max}) ->
    Operations = warm_up(Work, 1, now_nanos() + WarmUp, Batch div 2, Max),
    {Operations, [Work(Operations) || _ <- lists:seq(1, Batches)]}.

warm_up(Work, Operations, End, Enough, Max) ->
    TooShort = Work(Operations) < Enough andalso Operations < Max,
    Next = case TooShort of true -> Operations * 2; false -> Operations end,
    case TooShort orelse now_nanos() < End of
        true -> warm_up(Work, Next, End, Enough, Max);
        false -> Next
    end.

%% Each batch gets a process of its own, so that no batch finds the heap of another.
timed(Fun) ->
    in_process(fun() ->
        Start = now_nanos(),
        Fun(),
        now_nanos() - Start
    end).

in_process(Fun) ->
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() -> Me ! {self(), Fun()} end),
    receive
        {Pid, Result} ->
            erlang:demonitor(Ref, [flush]),
            Result;
        {'DOWN', Ref, process, Pid, Reason} ->
            exit(Reason)
    end.

now_nanos() -> erlang:monotonic_time(nanosecond).

rate(Row, Timing) -> sample(Row, 1.0e9 / nanos_per(Timing)).

nanos(Row, Timing) -> sample(Row, nanos_per(Timing)).

nanos_per({Operations, Times}) -> median(Times) / Operations.

median(Values) ->
    Sorted = lists:sort(Values),
    Half = length(Sorted) div 2,
    case length(Sorted) rem 2 of
        1 -> lists:nth(Half + 1, Sorted);
        0 -> (lists:nth(Half, Sorted) + lists:nth(Half + 1, Sorted)) / 2
    end.

sample(Row, Value) -> io:format("sample ~s ~.6f~n", [Row, float(Value)]).

check(_, Same, Same) -> ok;
check(What, Expected, Actual) -> exit({wrong, What, {expected, Expected}, {actual, Actual}}).

%% ---- the server: counts what it is sent

init([]) -> {ok, 0}.

handle_call(next, _, Count) -> {reply, Count + 1, Count + 1}.

handle_cast(hit, Count) -> {noreply, Count + 1}.

handle_info(_, Count) -> {noreply, Count}.

server() ->
    {ok, Server} = gen_server:start(?MODULE, [], []),
    Server.

calls(Callers) ->
    Server = server(),
    fun(Operations) ->
        timed(fun() ->
            Before = gen_server:call(Server, next),
            Me = self(),
            Shares = [(Operations + Caller) div Callers || Caller <- lists:seq(1, Callers - 1)],
            Others = [spawn_link(fun() -> Me ! {self(), call(Server, Share, 0)} end) || Share <- Shares],
            Last = call(Server, Operations div Callers, 0),
            Lasts = [receive {Other, Value} -> Value end || Other <- Others],
            check(calls, Operations, lists:max([Last | Lasts]) - Before)
        end)
    end.

call(_, 0, Last) ->
    Last;
call(Server, Left, Last) ->
    case gen_server:call(Server, next) of
        Next when Next > Last -> call(Server, Left - 1, Next);
        Next -> exit({out_of_order, Next, Last})
    end.

casts() ->
    Server = server(),
    fun(Operations) ->
        timed(fun() ->
            Before = gen_server:call(Server, next),
            cast(Server, Operations),
            check(casts, Operations, gen_server:call(Server, next, infinity) - Before - 1)
        end)
    end.

cast(_, 0) ->
    ok;
cast(Server, Left) ->
    gen_server:cast(Server, hit),
    cast(Server, Left - 1).

%% ---- plain processes

sends() ->
    Tally = spawn(fun() -> tally(0) end),
    fun(Operations) ->
        timed(fun() ->
            send(Tally, Operations),
            Tally ! {report, self()},
            receive {total, Hits} -> check(messages, Operations, Hits) end
        end)
    end.

send(_, 0) ->
    ok;
send(Tally, Left) ->
    Tally ! hit,
    send(Tally, Left - 1).

tally(Hits) ->
    receive
        hit ->
            tally(Hits + 1);
        {report, To} ->
            To ! {total, Hits},
            tally(0)
    end.

ping_pong() ->
    Echo = spawn(fun echo/0),
    fun(Operations) -> timed(fun() -> ping(Echo, Operations) end) end.

ping(_, 0) ->
    ok;
ping(Echo, Left) ->
    Echo ! {ping, self(), Left},
    receive {pong, Left} -> ping(Echo, Left - 1) end.

echo() ->
    receive
        {ping, From, Number} ->
            From ! {pong, Number},
            echo()
    end.

ring(Size) ->
    Last = spawn(fun() -> receive {next, First} -> pass(Size - 1, First) end end),
    Start = lists:foldl(
        fun(Place, Next) -> spawn(fun() -> pass(Place, Next) end) end,
        Last,
        lists:seq(Size - 2, 0, -1)),
    Last ! {next, Start},
    fun(Operations) ->
        timed(fun() ->
            Start ! {token, Operations, self()},
            receive {place, Place} -> check(place, Operations rem Size, Place) end
        end)
    end.

pass(Place, Next) ->
    receive
        {token, 0, End} -> End ! {place, Place};
        {token, Left, End} -> Next ! {token, Left - 1, End}
    end,
    pass(Place, Next).

spawns(Operations) ->
    timed(fun() -> spawns(self(), Operations) end).

spawns(_, 0) ->
    ok;
spawns(Me, Left) ->
    Burst = min(Left, ?SPAWN_BURST),
    repeat(Burst, fun() -> spawn(fun() -> Me ! born end) end),
    repeat(Burst, fun() -> receive born -> ok end end),
    spawns(Me, Left - Burst).

skynet(Leaves) ->
    fun(Operations) ->
        timed(fun() ->
            repeat(Operations, fun() ->
                Me = self(),
                spawn(fun() -> node(Me, 0, Leaves) end),
                receive
                    {sum, Numbers, Processes} ->
                        check(sum, Leaves * (Leaves - 1) div 2, Numbers),
                        check(processes, (10 * Leaves - 1) div 9, Processes)
                end
            end)
        end)
    end.

node(Parent, First, 1) ->
    Parent ! {sum, First, 1};
node(Parent, First, Leaves) ->
    Me = self(),
    Share = Leaves div ?CHILDREN,
    [spawn(fun() -> node(Me, First + Child * Share, Share) end) || Child <- lists:seq(0, ?CHILDREN - 1)],
    {Numbers, Processes} = add(?CHILDREN, 0, 1),
    Parent ! {sum, Numbers, Processes}.

add(0, Numbers, Processes) ->
    {Numbers, Processes};
add(Left, Numbers, Processes) ->
    receive {sum, More, Others} -> add(Left - 1, Numbers + More, Processes + Others) end.

repeat(0, _) ->
    ok;
repeat(Left, Fun) ->
    Fun(),
    repeat(Left - 1, Fun).

%% ---- idle processes: each kind is started by a parent, whose end ends the linked ones

processes(Count, Me) ->
    Parent = self(),
    Pids = [spawn(fun() -> Parent ! born, receive leave -> ok end end) || _ <- lists:seq(1, Count)],
    repeat(Count, fun() -> receive born -> ok end end),
    Me ! {started, Parent},
    receive leave -> [Pid ! leave || Pid <- Pids] end.

servers(Count, Me) ->
    repeat(Count, fun() -> {ok, _} = gen_server:start_link(?MODULE, [], []) end),
    Me ! {started, self()},
    receive leave -> exit(shutdown) end.

%% How long it takes to start them; when this returns, they live.
start(Kind, Count) ->
    Me = self(),
    Others = erlang:system_info(process_count),
    Start = now_nanos(),
    {Parent, Ref} = spawn_monitor(fun() -> Kind(Count, Me) end),
    receive
        {started, Parent} -> ok;
        {'DOWN', Ref, process, Parent, Reason} -> exit(Reason)
    end,
    Nanos = now_nanos() - Start,
    check(alive, Count + 1, erlang:system_info(process_count) - Others),
    erlang:demonitor(Ref, [flush]),
    {Nanos, Parent, Others}.

stop({_, Parent, Others}) ->
    Start = now_nanos(),
    Parent ! leave,
    await_end(Others),
    now_nanos() - Start.

await_end(Others) ->
    case erlang:system_info(process_count) > Others of
        true -> timer:sleep(1), await_end(Others);
        false -> ok
    end.

starts(Operations) ->
    Family = {Nanos, _, _} = start(fun servers/2, Operations),
    stop(Family),
    Nanos.

weigh(Row, Kind, Count) ->
    stop(start(Kind, Count div ?TRIAL)),
    {Total, Resident} = memory(),
    Family = start(Kind, Count),
    {TotalAfter, ResidentAfter} = memory(),
    stop(Family),
    sample(Row ++ "-heap", (TotalAfter - Total) / Count),
    [sample(Row ++ "-resident", (ResidentAfter - Resident) / Count) || Resident =/= unknown].

memory() ->
    erlang:garbage_collect(),
    {erlang:memory(total), resident()}.

resident() ->
    case file:read_file("/proc/self/status") of
        {ok, Status} ->
            {match, [Kilobytes]} =
                re:run(Status, "^VmRSS:\\s+(\\d+) kB$", [multiline, {capture, all_but_first, binary}]),
            binary_to_integer(Kilobytes) * 1024;
        {error, _} ->
            unknown
    end.

million() ->
    stop(start(fun servers/2, ?MILLION div ?TRIAL)),
    Family = {Started, _, _} = start(fun servers/2, ?MILLION),
    Stopped = stop(Family),
    sample("million-started", Started / 1.0e9),
    sample("million-stopped", Stopped / 1.0e9).
