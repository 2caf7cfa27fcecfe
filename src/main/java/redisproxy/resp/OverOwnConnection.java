package redisproxy.resp;

import org.jspecify.annotations.Nullable;
import redisproxy.upstream.BackingCommand;
import redisproxy.upstream.Relay;

/**
 * Sends requests over the client's own connection, while it has one, that the proxy would answer by itself, or refuses them: Redis has to
 * queue them in a transaction, or to answer them in order with what is under way there. Thread-safe; never blocks.
 */
final class OverOwnConnection {
    private final Passing passing;
    private final @Nullable Relay relay;
    private final PassedSpecs specs;
    private final Unblock unblock;

    /**
     * Makes what sends requests by {@code passing}, if {@code relay} is not null.
     *
     * @param unblock executes CLIENT UNBLOCK
     */
    OverOwnConnection(Passing passing, @Nullable Relay relay, PassedSpecs specs, Unblock unblock) {
        this.passing = passing;
        this.relay = relay;
        this.specs = specs;
        this.unblock = unblock;
    }

    /**
     * Sends a request over the client's own connection, if it has one, that the proxy would answer by itself; refuses it if that is not
     * possible there. Returns false if the proxy is to answer it. The client may execute it.
     */
    boolean take(CommandSpec spec, Invocation invocation) {
        Session session = invocation.session();
        boolean isSelect = spec.name().equals(OwnCommands.SELECT);
        if (relay == null || !session.own.isActive()) {
            return relay != null && isSelect && takesOther(session, invocation.arguments()) && takeSelect(invocation);
        }
        if (OwnCommands.leave(spec.name(), session.state)) {
            return false;
        }
        if (isSelect
                && passing.isCluster()
                && !takesOther(session, invocation.arguments())
                && !session.state.isInTransaction()) {
            return false;
        }
        if (isSelect && !(session.state.isSubscribed() && !session.isResp3())) {
            return takeSelect(invocation);
        }
        boolean isSubscribed = session.state.isSubscribed();
        boolean isRead = spec.keys().hasKeys() && spec.isReadOnly();
        boolean mayPass = isRead || OwnCommands.mayBeQueued(spec.name());
        byte[] refusal = null;
        if (isSubscribed && !mayPass) {
            refusal = OwnCommands.refusalWhileSubscribed(spec.name(), invocation);
        } else if (session.state.keepsVersion()) {
            refusal = OwnCommands.refusalOfVersion(spec.name(), invocation);
        }
        if (refusal != null) {
            invocation.refuse(refusal);
            return true;
        }
        if (!session.state.isInTransaction() && !isRead && !(isSubscribed && mayPass)) {
            return false;
        }
        BackingCommand command = mayPass ? relay.commands().find(PassedSpec.words(invocation.arguments())) : null;
        if (command == null) {
            invocation.refuse(notQueued(spec.name()));
            return true;
        }
        PassedSpec passed = specs.of(spec.name(), command);
        session.executing(spec.name());
        new PassedRequest(passing, invocation, passed, passed.keys(invocation.arguments()), isRead, false).begin();
        return true;
    }

    /** Whether a request is to select another database than that whose keys are cached, and may. */
    private boolean takesOther(Session session, Arguments arguments) {
        String index = arguments.text(1);
        return passing.isOn() && WholeNumber.hasForm(index) && WholeNumber.parse(index, -1) != session.database;
    }

    private boolean takeSelect(Invocation invocation) {
        Runnable otherwise = () -> ConnectionCommands.select(invocation);
        if (relay != null && invocation.session().own.isActive()) {
            passing.takeKnown(relay, invocation, /* isForeign= */ false, otherwise);
        } else {
            passing.take(invocation, /* isForeign= */ false, otherwise);
        }
        return true;
    }

    /** Executes CLIENT UNBLOCK, unless the client may not ask for it at present. */
    void unblock(Invocation invocation) {
        ConnectionState state = invocation.session().state;
        byte[] refusal = state.isSubscribed() ? OwnCommands.refusalWhileSubscribed(Unblock.NAME, invocation) : null;
        if (state.isInTransaction()) {
            invocation.refuse(notQueued(Unblock.NAME));
        } else if (refusal != null) {
            invocation.refuse(refusal);
        } else {
            unblock.execute(invocation);
        }
    }

    private static byte[] notQueued(String name) {
        return ReplyBuilder.error(
                "ERR the proxy answers '%s' by itself, so it cannot be part of a transaction".formatted(name));
    }
}
