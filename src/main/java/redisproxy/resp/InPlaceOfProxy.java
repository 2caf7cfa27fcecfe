package redisproxy.resp;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.CommandPolicy;
import redisproxy.auth.NamedCommand;
import redisproxy.upstream.BackingCommand;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/** Has Redis answer what the proxy would answer by itself, for itself alone, and says which commands Redis has. Thread-safe; never blocks. */
final class InPlaceOfProxy {
    private final Passing passing;
    private final @Nullable Relay relay;
    private final Supplier<CommandPolicy> policy;
    private final PassedSpecs specs;
    private final Background background;

    InPlaceOfProxy(
            Passing passing,
            @Nullable Relay relay,
            Supplier<CommandPolicy> policy,
            PassedSpecs specs,
            Background background) {
        this.passing = passing;
        this.relay = relay;
        this.policy = policy;
        this.specs = specs;
        this.background = background;
    }

    /**
     * Passes on what the proxy would answer by itself; returns false if it is to do that. The client may execute it.
     *
     * @param change what the reply becomes before the client gets it; null if it stays as it is
     */
    boolean take(Invocation invocation, ReplyChange.@Nullable By change) {
        PassedSpec spec = specOf(invocation.arguments(), 0);
        if (spec == null || !spec.accepts(invocation.arguments().count())) {
            return false;
        }
        invocation.changeReply(change == null ? null : new ReplyChange(background, change));
        invocation.session().executing(spec.name());
        new PassedRequest(passing, invocation, spec, spec.keys(invocation.arguments()), false, false).begin();
        return true;
    }

    /** Takes what Redis has replied, or null, and gives the client its reply, on any thread. */
    @FunctionalInterface
    interface Answer {
        void answered(@Nullable RawReply raw, Reply reply);
    }

    /**
     * Asks Redis what the client asks the proxy, where the client may ask Redis; returns false if not. The client may execute it. In front of a
     * Cluster no server tells of all.
     */
    boolean ask(Invocation invocation, Answer answer) {
        Session session = invocation.session();
        if (relay == null || !passing.isOn() || relay.isCluster()) {
            return false;
        }
        PassedSpec spec = specOf(invocation.arguments(), 0);
        if (spec == null
                || !policy.get().allows(spec)
                || (session.principal().isGuest() && !policy.get().allowsByName(spec))) {
            return false;
        }
        if (session.state.isInTransaction()) {
            return take(invocation, /* change= */ null);
        }
        session.executing(spec.name());
        // Before that, what the client has sent before.
        session.passes.sendNow();
        Reply reply = invocation.later();
        PassedCommand question = new PassedCommand(
                invocation.arguments().request(),
                /* key= */ null,
                (int) session.id,
                passing.scripts().leavesAsBulk(/* isBulk= */ false),
                session.isResp3(),
                /* repeatable= */ true,
                invocation.begunNanos(),
                new Asked(reply, answer));
        try {
            relay.pass(List.of(question));
        } catch (RuntimeException e) {
            question.fail("ERR passing the command on failed: " + e);
        }
        return true;
    }

    private record Asked(Reply reply, Answer answer) implements PassListener {
        @Override
        public void replied(RawReply raw) {
            answer.answered(raw, reply);
        }

        @Override
        public void failed(String error, boolean isInDoubt) {
            answer.answered(null, reply);
        }

        @Override
        public void flush() {
            // The reply comes later.
        }

        @Override
        public Object recipient() {
            return reply.recipient();
        }
    }

    /** Returns whether commands that administer Redis are passed on, since {@code COMMANDS} names one of these. */
    boolean isNamed(NamedCommand... commands) {
        return relay != null && !policy.get().isRead() && Stream.of(commands).anyMatch(policy.get()::allowsByName);
    }

    /** Returns the command of Redis that the words name from argument {@code start} on, if such are passed on; null if there is none. */
    @Nullable
    PassedSpec find(Arguments arguments, int start) {
        return passing.isOn() ? specOf(arguments, start) : null;
    }

    /** Returns the command of Redis that the words name from argument {@code start} on; null if there is none, or no Redis. */
    private @Nullable PassedSpec specOf(Arguments arguments, int start) {
        BackingCommand command = relay == null ? null : relay.commands().find(PassedSpec.words(arguments, start));
        return command == null ? null : specs.of(command.name(), command);
    }

    /** Returns whether Redis has told of a command, or container, of this name, and such are passed on. */
    boolean isOfRedis(String name) {
        return relay != null && passing.isOn() && relay.commands().find(PassedSpec.word(name)) != null;
    }

    /** Returns whether {@code COMMANDS} allows that a command is passed on. */
    boolean allows(NamedCommand command) {
        return policy.get().allows(command);
    }

    /** Returns whether anything is passed on. */
    boolean isOn() {
        return passing.isOn();
    }
}
