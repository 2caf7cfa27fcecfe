package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.CommandArguments;
import redisproxy.upstream.CommandKeys;

/** The keys of the few commands of Redis whose table of commands does not tell them, or not what is done to them. */
final class SpecialKeys {
    private static final int FIRST_OPTION_OF_SORT = 2;
    private static final int FIRST_OPTION_OF_SET = 3;
    private static final int FIRST_OPTION_OF_GEORADIUS = 5;
    private static final int KEY_OF_MIGRATE = 3;
    private static final int FIRST_OPTION_OF_MIGRATE = 6;

    private SpecialKeys() {}

    /** Returns the keys of a request, or null if the table tells them. */
    static @Nullable CommandKeys of(String name, CommandArguments arguments) {
        return switch (name) {
            case "sort" -> ofSort(arguments, /* mayStore= */ true);
            case "sort_ro" -> ofSort(arguments, /* mayStore= */ false);
            case "set" -> ofSet(arguments);
            case "bitfield" -> ofBitfield(arguments);
            case "migrate" -> ofMigrate(arguments);
            case "georadius", "georadiusbymember" -> ofGeoradius(arguments);
            default -> null;
        };
    }

    /** The last STORE counts. Keys that patterns name depend on the elements. */
    private static CommandKeys ofSort(CommandArguments arguments, boolean mayStore) {
        int store = 0;
        boolean readsOthers = false;
        for (int i = FIRST_OPTION_OF_SORT; i < arguments.count(); i++) {
            byte[] option = arguments.bytes(i);
            boolean hasNext = i + 1 < arguments.count();
            if (KeySpec.isWord(option, "LIMIT")) {
                i += 2;
            } else if (mayStore && hasNext && KeySpec.isWord(option, "STORE")) {
                i++;
                store = i;
            } else if (hasNext && (KeySpec.isWord(option, "BY") || KeySpec.isWord(option, "GET"))) {
                i++;
                readsOthers |= namesKeys(arguments.bytes(i));
            }
        }
        return withStore(arguments, store, !readsOthers);
    }

    /** Each STORE and STOREDIST: the last one counts, where the table would tell the first of each. */
    private static CommandKeys ofGeoradius(CommandArguments arguments) {
        List<CommandKeys.Key> keys =
                new ArrayList<>(withStore(arguments, 0, true).keys());
        for (int i = FIRST_OPTION_OF_GEORADIUS; i + 1 < arguments.count(); i++) {
            byte[] option = arguments.bytes(i);
            if (KeySpec.isWord(option, "STORE") || KeySpec.isWord(option, "STOREDIST")) {
                i++;
                keys.add(new CommandKeys.Key(i, /* reads= */ false, /* writes= */ true));
            }
        }
        return new CommandKeys(keys, true);
    }

    /** Returns the first argument as a key that is read, and one that is written unless that is 0. */
    private static CommandKeys withStore(CommandArguments arguments, int store, boolean isComplete) {
        List<CommandKeys.Key> keys = new ArrayList<>();
        if (arguments.count() > 1) {
            keys.add(new CommandKeys.Key(1, /* reads= */ true, /* writes= */ false));
        }
        if (store > 0) {
            keys.add(new CommandKeys.Key(store, /* reads= */ false, /* writes= */ true));
        }
        return new CommandKeys(keys, isComplete, /* hasAllWritten= */ true);
    }

    private static boolean namesKeys(byte[] pattern) {
        for (byte each : pattern) {
            if (each == '*') {
                return true;
            }
        }
        return false;
    }

    private static CommandKeys ofSet(CommandArguments arguments) {
        boolean reads = false;
        for (int i = FIRST_OPTION_OF_SET; i < arguments.count(); i++) {
            reads |= KeySpec.isWord(arguments.bytes(i), "GET");
        }
        return one(arguments, reads, /* writes= */ true);
    }

    private static CommandKeys ofBitfield(CommandArguments arguments) {
        boolean writes = false;
        for (int i = 2; i < arguments.count(); i++) {
            byte[] operation = arguments.bytes(i);
            if (KeySpec.isWord(operation, "GET")) {
                i += 2;
            } else if (KeySpec.isWord(operation, "OVERFLOW")) {
                i++;
            } else {
                writes = true;
            }
        }
        return one(arguments, /* reads= */ true, writes);
    }

    private static CommandKeys one(CommandArguments arguments, boolean reads, boolean writes) {
        return new CommandKeys(
                arguments.count() > 1 ? List.of(new CommandKeys.Key(1, reads, writes)) : List.of(), true);
    }

    /** One key, or an empty one and those behind the word KEYS. */
    private static CommandKeys ofMigrate(CommandArguments arguments) {
        List<CommandKeys.Key> keys = new ArrayList<>();
        int count = arguments.count();
        if (count > KEY_OF_MIGRATE && arguments.bytes(KEY_OF_MIGRATE).length > 0) {
            keys.add(migrated(KEY_OF_MIGRATE));
            return new CommandKeys(keys, true);
        }
        for (int i = FIRST_OPTION_OF_MIGRATE; i < count; i++) {
            byte[] option = arguments.bytes(i);
            if (KeySpec.isWord(option, "AUTH")) {
                i++;
            } else if (KeySpec.isWord(option, "AUTH2")) {
                i += 2;
            } else if (KeySpec.isWord(option, "KEYS")) {
                for (int key = i + 1; key < count; key++) {
                    keys.add(migrated(key));
                }
                return new CommandKeys(keys, true);
            }
        }
        if (count > KEY_OF_MIGRATE) {
            keys.add(migrated(KEY_OF_MIGRATE));
        }
        return new CommandKeys(keys, true);
    }

    private static CommandKeys.Key migrated(int index) {
        return new CommandKeys.Key(index, /* reads= */ true, /* writes= */ true);
    }
}
