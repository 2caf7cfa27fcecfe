package redisproxy.http;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.PendingWrite;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/**
 * One write of one key: sends Redis the commands for it one after the other, and answers. No thread waits. Its steps run one after the
 * other, on the threads that have the replies.
 */
final class WriteRun {
    /*
     * What is atomic
     * --------------
     * Each write is one command of Redis. Whether a PUT has made the key is known from SET with XX, and then with NX if there was none.
     * A condition on the value is decided here, from what GET replies, since Redis knows no entity tags; a script then writes only if the
     * key still has exactly these bytes. If it has others, all begins anew. So the value that a condition was decided about is the value
     * that is replaced, whatever it consists of and whoever writes meanwhile, and even if it was another one in between.
     */

    private static final Content GET = Content.of("GET");
    private static final Content SET = Content.of("SET");
    private static final Content DEL = Content.of("DEL");
    private static final Content EVAL = Content.of("EVAL");
    private static final Content ONE_KEY = Content.of("1");
    private static final Content ONLY_OLD = Content.of("XX");
    private static final Content ONLY_NEW = Content.of("NX");
    private static final Content MILLIS = Content.of("PX");

    private static final Content SET_IF_SAME = Content.of("if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
            + "redis.call('SET', KEYS[1], ARGV[2], unpack(ARGV, 3)) return 1");

    private static final Content DEL_IF_SAME = Content.of(
            "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end redis.call('DEL', KEYS[1]) return 1");

    /** Others would have to write the key between two commands each time. */
    private static final int MAX_TRIES = 16;

    private static final String TRIED_TOO_OFTEN =
            "ERR others write the key all the time; nothing has changed (expected: try again)";

    private final Relay relay;
    private final WriteMethod method;
    private final WriteTarget target;
    private final Content key;
    private final @Nullable Content value;
    private final WriteConditions conditions;
    private final WriteAnswers answers;
    private final PendingWriteResponse response;
    private final PendingWrite fence;
    private final long tag;
    private final long begunNanos = System.nanoTime();
    private int tries;

    /** Makes a write; {@code value} is null to delete the key. */
    WriteRun(
            Relay relay,
            Function<List<byte[]>, PendingWrite> fences,
            WriteMethod method,
            WriteTarget target,
            @Nullable Content value,
            WriteConditions conditions,
            WriteAnswers answers,
            PendingWriteResponse response) {
        this.relay = relay;
        this.method = method;
        this.target = target;
        this.key = Content.of(target.key());
        this.value = value;
        this.conditions = conditions;
        this.answers = answers;
        this.response = response;
        this.tag = value == null ? Answer.NO_TAG : value.tag();
        this.fence = fences.apply(List.of(target.key()));
    }

    /** Begins. Does not block. */
    void start() {
        if (++tries > MAX_TRIES) {
            end(answers.unavailable(method, TRIED_TOO_OFTEN));
        } else if (conditions.compare()) {
            pass(this::compare, /* isRepeatable= */ true, GET, key);
        } else if (value == null) {
            delete();
        } else if (conditions.wantAbsent()) {
            set(value, ONLY_NEW, /* isNew= */ true, this::unmet);
        } else {
            set(value, ONLY_OLD, /* isNew= */ false, () -> noSuchKey(value));
        }
    }

    /** Only this XX has found none: another client may write the key before NX does. */
    private void noSuchKey(Content wanted) {
        if (conditions.wantPresent()) {
            unmet();
        } else {
            set(wanted, ONLY_NEW, /* isNew= */ true, this::start);
        }
    }

    private void set(Content wanted, Content only, boolean isNew, Runnable orElse) {
        Consumer<RawReply> done = reply -> {
            if (RedisReply.isOk(reply)) {
                end(answers.written(isNew, tag));
            } else {
                orElse.run();
            }
        };
        pass(done, /* isRepeatable= */ false, withTtl(SET, key, wanted, only));
    }

    private Content[] withTtl(Content... arguments) {
        if (target.ttlMillis() == WriteTarget.FOR_EVER) {
            return arguments;
        }
        Content[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = MILLIS;
        all[arguments.length + 1] = Content.of(Long.toString(target.ttlMillis()));
        return all;
    }

    private void delete() {
        Consumer<RawReply> done = reply -> {
            if (RedisReply.isOne(reply)) {
                end(answers.deleted());
            } else if (conditions.wantPresent()) {
                unmet();
            } else {
                end(answers.nothingToDelete());
            }
        };
        pass(done, /* isRepeatable= */ false, DEL, key);
    }

    /** A long value takes long to read, and another thread waits for the next replies of Redis. */
    private void compare(RawReply reply) {
        response.runElsewhere(
                () -> compare(RedisReply.value(reply)),
                () -> end(answers.unavailable(method, "ERR the proxy stops; nothing has changed")));
    }

    private void compare(byte @Nullable [] present) {
        String etag = present == null ? null : EntityTag.quoted(EntityTag.of(present, 0, present.length));
        if (!conditions.allow(etag)) {
            unmet();
        } else if (present == null) {
            insert();
        } else {
            replace(Content.of(present));
        }
    }

    private void insert() {
        if (value == null) {
            end(answers.nothingToDelete());
        } else {
            set(value, ONLY_NEW, /* isNew= */ true, this::start);
        }
    }

    private void replace(Content present) {
        Consumer<RawReply> done = reply -> {
            if (!RedisReply.isOne(reply)) {
                start();
            } else {
                end(value == null ? answers.deleted() : answers.written(/* isNew= */ false, tag));
            }
        };
        if (value == null) {
            pass(done, /* isRepeatable= */ false, EVAL, DEL_IF_SAME, ONE_KEY, key, present);
        } else {
            pass(done, /* isRepeatable= */ false, withTtl(EVAL, SET_IF_SAME, ONE_KEY, key, present, value));
        }
    }

    private void unmet() {
        end(answers.failedPrecondition(method));
    }

    private void pass(Consumer<RawReply> next, boolean isRepeatable, Content... request) {
        int lane = Arrays.hashCode(target.key()) & Integer.MAX_VALUE;
        relay.pass(List.of(new PassedCommand(
                RedisRequest.of(request),
                target.key(),
                lane,
                /* resp3= */ false,
                isRepeatable,
                begunNanos,
                new Step(next, isRepeatable))));
    }

    /** Whoever asks for the key after the answer gets what Redis holds now. */
    private void end(Answer answer) {
        fence.end();
        response.respond(answer);
    }

    private final class Step implements PassListener {
        private final Consumer<RawReply> next;
        private final boolean onlyReads;

        Step(Consumer<RawReply> next, boolean onlyReads) {
            this.next = next;
            this.onlyReads = onlyReads;
        }

        @Override
        public void replied(RawReply reply) {
            String error = RedisReply.error(reply);
            if (error == null) {
                next.accept(reply);
            } else {
                end(answers.refused(method, error));
            }
        }

        @Override
        public void failed(String error, boolean isInDoubt) {
            Answer answer = answers.unavailable(method, error);
            if (onlyReads || !isInDoubt) {
                end(answer);
            } else {
                fence.endInDoubt();
                response.respond(answer);
            }
        }

        @Override
        public void flush() {}

        @Override
        public Object recipient() {
            return this;
        }
    }
}
