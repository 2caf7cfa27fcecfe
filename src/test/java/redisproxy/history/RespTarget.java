package redisproxy.history;

import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** A server that speaks the Redis protocol: Redis itself, or a proxy. */
record RespTarget(Address address) implements Target {
    @Override
    public Session open() {
        RespClient client = RespClient.connect(address);
        return new Session() {
            @Override
            public List<Reply> call(List<String[]> commands) {
                return RespTarget.call(client, commands);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    static List<Reply> call(RespClient client, List<String[]> commands) {
        Bytes request = Bytes.of();
        for (String[] command : commands) {
            request = request.plus(RespClient.encode(command));
        }
        client.send(request);
        List<Reply> replies = new ArrayList<>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            replies.add(client.read());
        }
        return replies;
    }
}
