package redisproxy.redis;

import java.math.BigDecimal;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.BackingStoreException;

/** Describes failures in one line, for clients and operators. */
final class Failures {
    /** What Redis 5 and later quote of a command that they do not know. */
    private static final Pattern QUOTED = Pattern.compile("(?i), with args beginning with.*", Pattern.DOTALL);

    /** What follows the name of such a command in any other wording. */
    private static final Pattern AFTER_NAME =
            Pattern.compile("(?i)(?<=\\bunknown command) +([^ ,]+).*", Pattern.DOTALL);

    private static final Pattern SENTENCE_END = Pattern.compile("(?<=\\S)[\\s.:;]+$");

    private Failures() {}

    /** Returns why a connection failed, as a {@link #clause}. */
    static String describe(NodeConfig config, Throwable failure) {
        return clause(sentence(config, failure));
    }

    private static String sentence(NodeConfig config, Throwable failure) {
        if (failure instanceof JedisDataException) {
            String wrong = WrongPeer.byError(config, String.valueOf(failure.getMessage()));
            if (wrong != null) {
                return wrong;
            }
            return "Redis at %s refuses the connection: %s".formatted(config.address(), oneLine(failure));
        }
        if (failure instanceof TlsRefusedException || failure instanceof PasswordUnreadableException) {
            return "no connection to Redis at %s: %s".formatted(config.address(), oneLine(failure));
        }
        Throwable root = root(failure);
        if (root instanceof WrongRoleException) {
            return oneLine(root);
        }
        if (root instanceof MalformedReplyException) {
            return "Redis at %s sent %s".formatted(config.address(), oneLine(root));
        }
        if (root instanceof OutOfMemoryError) {
            return "the value that Redis at %s sends cannot be held: %s".formatted(config.address(), oneLine(root));
        }
        return "Redis at %s is unreachable: %s".formatted(config.address(), oneLine(root));
    }

    /** Returns whether a connection failed for no reason that an operator has to remove. */
    static boolean mayPass(Throwable failure) {
        boolean isRefused = failure instanceof TlsRefusedException || root(failure) instanceof MalformedReplyException;
        return failure instanceof WrongRoleException || (failure instanceof JedisConnectionException && !isRefused);
    }

    /** Returns a text without the punctuation at its end, as a part of a sentence. */
    static String clause(String text) {
        return SENTENCE_END.matcher(text).replaceFirst("");
    }

    static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof UnknownHostException) {
            message = "unknown host " + message;
        }
        if (message == null || message.isBlank()) {
            message = failure.getClass().getSimpleName();
        }
        return printable(withoutArguments(message));
    }

    /** Returns the text of an error reply in one line. */
    static String oneLine(RespReader.ErrorReply reply) {
        return reply.text().isBlank() ? "ERR" : printable(reply.text());
    }

    /**
     * Returns the text of an error without the arguments that a server quotes of a command that it does not know. Those of HELLO
     * and AUTH are the password.
     */
    static String withoutArguments(String error) {
        return AFTER_NAME.matcher(QUOTED.matcher(error).replaceFirst("")).replaceFirst(" $1");
    }

    static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7E]+", " ");
    }

    /** Returns that a request has waited for its answer for the whole timeout. */
    static BackingStoreException overdue(NodeConfig config) {
        String text = "Redis at %s did not answer within %s s".formatted(config.address(), seconds(config.timeout()));
        return BackingStoreException.unavailable(text, null);
    }

    /** Returns that a request has waited for the whole timeout while Redis answered others. */
    static BackingStoreException queued(NodeConfig config) {
        String text =
                "the request waited %s s for its turn among those for Redis at %s, which answers: more is asked than it answers in time"
                        .formatted(seconds(config.timeout()), config.address());
        return BackingStoreException.unavailable(text, null);
    }

    static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** Returns the first cause. Jedis keeps the failure of each resolved address as a suppressed exception. */
    static Throwable root(Throwable failure) {
        Throwable deepest = failure;
        while (true) {
            if (deepest.getCause() != null) {
                deepest = deepest.getCause();
            } else if (deepest.getSuppressed().length > 0) {
                deepest = deepest.getSuppressed()[0];
            } else {
                return deepest;
            }
        }
    }
}
