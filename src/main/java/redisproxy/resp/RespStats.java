package redisproxy.resp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redisproxy.near.NearStats;
import redisproxy.upstream.PinStats;

/**
 * The figures of a RESP port since its start. An immutable snapshot taken while requests are executed; its figures may be
 * some requests apart.
 *
 * @param connections connections that are open now
 * @param accepted connections accepted, without those that were rejected, as Redis counts them
 * @param rejected connections closed because too many were open
 * @param byCommand the figures of each command that has been asked for, in the order of their names
 * @param protocolErrors connections closed because their bytes were no valid request
 * @param timedOut connections closed because their clients took too long
 * @param killed connections closed by CLIENT KILL
 * @param drained connections closed by a graceful stop
 * @param near clients' own caches
 * @param pins connections to Redis that clients have to themselves
 */
public record RespStats(
        int connections,
        long accepted,
        long rejected,
        List<CommandStats> byCommand,
        long protocolErrors,
        long timedOut,
        long killed,
        long drained,
        NearStats near,
        PinStats pins) {
    public RespStats {
        byCommand = List.copyOf(byCommand);
    }

    /** Returns what has been counted since an earlier snapshot of the same port. */
    RespStats since(RespStats earlier) {
        Map<String, CommandStats> before = new HashMap<>();
        earlier.byCommand.forEach(each -> before.put(each.name(), each));
        List<CommandStats> rest = byCommand.stream()
                .map(each -> {
                    CommandStats start = before.get(each.name());
                    return start == null ? each : each.since(start);
                })
                .filter(each -> each.requests() > 0)
                .toList();
        return new RespStats(
                connections,
                accepted - earlier.accepted,
                rejected - earlier.rejected,
                rest,
                protocolErrors - earlier.protocolErrors,
                timedOut - earlier.timedOut,
                killed - earlier.killed,
                drained - earlier.drained,
                near,
                pins);
    }

    /** Returns how many requests were answered, those that were refused or failed included. */
    public long commands() {
        return byCommand.stream().mapToLong(CommandStats::requests).sum();
    }
}
