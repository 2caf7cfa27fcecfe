package redisproxy.features;

import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RespClient;

/** One of the proxy's two ports. */
public enum Port {
    HTTP {
        @Override
        Question question(World world, Bytes key) {
            return new HttpQuestion(world.connectHttp(), key);
        }

        @Override
        Answer ask(World world, Bytes key) {
            return Answer.of(world.get(key));
        }
    },

    RESP {
        @Override
        Question question(World world, Bytes key) {
            return new RespQuestion(world.connectResp(), key);
        }

        @Override
        Answer ask(World world, Bytes key) {
            return Answer.of(world.resp().get(key));
        }
    };

    /** Opens a connection on which the key can be read later. */
    abstract Question question(World world, Bytes key);

    /** Reads the key and waits for the answer. */
    abstract Answer ask(World world, Bytes key);

    /** A request on a connection of its own, sent and answered in separate steps. */
    interface Question {
        void send();

        boolean isAnswered();

        Answer answer();

        void hangUp();
    }

    private record HttpQuestion(HttpConnection connection, Bytes key) implements Question {
        @Override
        public void send() {
            connection.get(key);
        }

        @Override
        public boolean isAnswered() {
            return connection.hasInput();
        }

        @Override
        public Answer answer() {
            return Answer.of(connection.read());
        }

        @Override
        public void hangUp() {
            connection.close();
        }
    }

    private record RespQuestion(RespClient connection, Bytes key) implements Question {
        @Override
        public void send() {
            connection.send(RespClient.encode(Bytes.utf8("GET"), key));
        }

        @Override
        public boolean isAnswered() {
            return connection.hasInput();
        }

        @Override
        public Answer answer() {
            return Answer.of(connection.read());
        }

        @Override
        public void hangUp() {
            connection.close();
        }
    }
}
