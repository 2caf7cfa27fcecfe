package redisproxy.soak;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redisproxy.testkit.Address;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Reads by a pipeline of GETs and by one MGET in turn. */
final class RespPort implements Port {
    private static final Pattern REFUSAL =
            Pattern.compile("ERR (Redis at |the request waited |(the|no node of the) Cluster |the Sentinel)");

    private final RespClient client;
    private boolean together;

    RespPort(Address address) {
        client = RespClient.connect(address);
    }

    @Override
    public List<Answer> ask(List<String> keys) {
        together = !together;
        return together ? mget(keys) : pipelined(keys);
    }

    private List<Answer> mget(List<String> keys) {
        Reply reply =
                client.call(Stream.concat(Stream.of("MGET"), keys.stream()).toArray(String[]::new));
        return reply instanceof Reply.Items all
                ? all.items().stream()
                        .map(each -> answer(each, /* isForAll= */ false))
                        .toList()
                : Collections.nCopies(keys.size(), answer(reply, /* isForAll= */ true));
    }

    private List<Answer> pipelined(List<String> keys) {
        keys.forEach(key -> client.send(RespClient.encode("GET", key)));
        return keys.stream()
                .map(key -> answer(client.read(), /* isForAll= */ false))
                .toList();
    }

    private static Answer answer(Reply reply, boolean isForAll) {
        if (reply instanceof Reply.Bulk bulk) {
            return new Answer.Value(bulk.bytes());
        }
        if (reply instanceof Reply.Nil) {
            return new Answer.Absent();
        }
        if (reply instanceof Reply.Failure failure
                && REFUSAL.matcher(failure.text()).lookingAt()) {
            return new Answer.Refused(failure.text(), isForAll);
        }
        throw new IllegalStateException("reply: " + reply);
    }

    @Override
    public void close() {
        client.close();
    }
}
