package redisproxy.history;

import java.util.List;
import java.util.Objects;

/**
 * One command on one key, and what it replied.
 *
 * @param argument the value of {@link Kind#SET} and {@link Kind#SWAP}; null for others
 * @param lifeMillis for how long the key lives on after {@link Kind#EXPIRE} or {@link Kind#SET}; 0 for no limit
 * @param result the reply, null for none; of no meaning if the fate of the operation is unknown
 */
record Step(Kind kind, String argument, long lifeMillis, String result) {
    enum Kind {
        /** Replies the value. */
        READ,
        /** Replies 1 or 0. */
        EXISTS,
        /** Replies OK. */
        SET,
        /** Sets a value, and replies the one before. */
        SWAP,
        /** Replies 1 or 0. */
        DELETE,
        /** Adds one, and replies the sum. */
        INCREMENT,
        /** Has the key end later, and replies 1 or 0. */
        EXPIRE
    }

    static Step read(String result) {
        return new Step(Kind.READ, null, 0, result);
    }

    static Step set(String value) {
        return new Step(Kind.SET, value, 0, "OK");
    }

    /** Returns this step with another reply. */
    Step replied(String reply) {
        return new Step(kind, argument, lifeMillis, reply);
    }

    boolean isReadOnly() {
        return kind == Kind.READ || kind == Kind.EXISTS;
    }

    /** Adds to {@code nexts} what the register may be after this step, if it replied what the step says. */
    void apply(Register before, Operation operation, List<Register> nexts) {
        if (before.mayExistDuring(operation)) {
            applyTo(before, operation, nexts);
        }
        if (before.mayBeExpiredDuring(operation)) {
            applyTo(Register.ABSENT, operation, nexts);
        }
    }

    private void applyTo(Register before, Operation operation, List<Register> nexts) {
        String value = before.value();
        boolean isThere = value != null;
        switch (kind) {
            case READ -> addIf(operation, value, before, nexts);
            case EXISTS -> addIf(operation, isThere ? "1" : "0", before, nexts);
            case SET -> addIf(operation, "OK", Register.of(argument, lifeMillis, operation), nexts);
            case SWAP -> addIf(operation, value, Register.of(argument, 0, operation), nexts);
            case DELETE -> addIf(operation, isThere ? "1" : "0", Register.ABSENT, nexts);
            case INCREMENT -> {
                String sum = Long.toString(isThere ? Long.parseLong(value) + 1 : 1);
                addIf(operation, sum, before.withValue(sum), nexts);
            }
            case EXPIRE -> {
                Register next = isThere ? Register.of(value, lifeMillis, operation) : before;
                addIf(operation, isThere ? "1" : "0", next, nexts);
            }
        }
    }

    private void addIf(Operation operation, String reply, Register next, List<Register> nexts) {
        if (!operation.isKnown() || Objects.equals(reply, result)) {
            nexts.add(next);
        }
    }
}
