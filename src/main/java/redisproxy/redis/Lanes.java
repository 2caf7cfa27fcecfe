package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisProtocol;
import redisproxy.cache.Origin;
import redisproxy.upstream.EventLoop;
import redisproxy.upstream.LoopMember;
import redisproxy.upstream.PassedCommand;

/**
 * The lanes on which commands are passed on to one server: a few for each version of the protocol, each of which is made when it is
 * needed first. Thread-safe; no method blocks.
 */
final class Lanes {
    /** For commands that may hold up those behind them on their lane. */
    private static final int BULK_LANES = 2;

    /** All others go together, so that each one costs few system calls: those of the clients of one event loop, and those of no loop. */
    private static final int MOST_LOOPS = 16;

    private static final int PER_PROTOCOL = BULK_LANES + 1 + MOST_LOOPS;

    private static final RedisProtocol[] PROTOCOLS = {RedisProtocol.RESP2, RedisProtocol.RESP3};

    private final Lane.Server server;
    private final Consumer<OneTimeConnection> greeting;

    /** The lanes that there are, those of one protocol behind those of the other; null where there is none yet. */
    private volatile @Nullable Lane[] lanes = new @Nullable Lane[PROTOCOLS.length * PER_PROTOCOL];

    /** The event loops that commands have come from, in the order of their lanes. */
    private volatile List<EventLoop> loops = List.of();

    /** Null before the start. */
    @GuardedBy("this")
    private @Nullable Origin origin;

    @GuardedBy("this")
    private boolean isClosed;

    /** Makes lanes that take commands over, and send them once they are started; {@code greeting} is as for a {@link Lane}. */
    Lanes(Lane.Server server, Consumer<OneTimeConnection> greeting) {
        this.server = server;
        this.greeting = greeting;
    }

    synchronized void start(Origin from) {
        origin = from;
        present().forEach(lane -> lane.start(from));
    }

    /** Takes over commands, in their order. Returns those that it does not take over, because the lanes are closed. */
    List<PassRequest> offer(List<PassRequest> requests) {
        long numbers = 0;
        for (int i = 0; i < requests.size(); i++) {
            numbers |= 1L << numberOf(requests.get(i));
        }
        if (Long.bitCount(numbers) == 1) {
            return offer(Long.numberOfTrailingZeros(numbers), requests) ? List.of() : requests;
        }
        List<PassRequest> rest = new ArrayList<>();
        for (; numbers != 0; numbers &= numbers - 1) {
            int number = Long.numberOfTrailingZeros(numbers);
            List<PassRequest> some = those(number, requests);
            if (!offer(number, some)) {
                rest.addAll(some);
            }
        }
        return rest;
    }

    private List<PassRequest> those(int number, List<PassRequest> requests) {
        List<PassRequest> those = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            if (numberOf(requests.get(i)) == number) {
                those.add(requests.get(i));
            }
        }
        return those;
    }

    private int numberOf(PassRequest request) {
        PassedCommand command = request.command();
        int ofProtocol =
                command.isBulk() ? Math.floorMod(command.lane(), BULK_LANES) : BULK_LANES + ofLoop(command.recipient());
        return command.isResp3() ? PER_PROTOCOL + ofProtocol : ofProtocol;
    }

    private int ofLoop(Object recipient) {
        if (!(recipient instanceof LoopMember member)) {
            return 0;
        }
        int index = loops.indexOf(member.loop());
        return 1 + (index < 0 ? add(member.loop()) : index) % MOST_LOOPS;
    }

    private synchronized int add(EventLoop loop) {
        int index = loops.indexOf(loop);
        if (index < 0) {
            index = loops.size();
            List<EventLoop> more = new ArrayList<>(loops);
            more.add(loop);
            loops = List.copyOf(more);
        }
        return index;
    }

    private boolean offer(int number, List<PassRequest> requests) {
        Lane lane = lanes[number];
        if (lane == null) {
            lane = make(number);
        }
        return lane != null && lane.queue().offer(requests);
    }

    private synchronized @Nullable Lane make(int number) {
        Lane lane = lanes[number];
        if (lane != null || isClosed) {
            return lane;
        }
        Lane made = new Lane(
                server,
                "redis-proxy-lane-" + number,
                /* loaders= */ 1,
                /* isForLoops= */ number % PER_PROTOCOL >= BULK_LANES,
                PROTOCOLS[number / PER_PROTOCOL],
                greeting);
        if (origin != null) {
            made.start(origin);
        }
        @Nullable Lane[] more = lanes.clone();
        more[number] = made;
        lanes = more;
        return made;
    }

    /** Returns the lanes that there are. */
    List<Lane> present() {
        List<Lane> present = new ArrayList<>();
        for (Lane lane : lanes) {
            if (lane != null) {
                present.add(lane);
            }
        }
        return present;
    }

    /** Makes no more lanes; returns those that there are. */
    synchronized List<Lane> close() {
        isClosed = true;
        return present();
    }
}
