package redisproxy.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import redisproxy.upstream.CommandArguments;
import redisproxy.upstream.CommandKeys;

/**
 * Where some of the keys of a command are (Redis documentation, "Command key specifications").
 *
 * @param begin where they begin
 * @param find how they are found from there
 * @param reads whether their values are read
 * @param writes whether they are written
 * @param isIncomplete whether there may be others
 */
record KeySpec(Begin begin, Find find, boolean reads, boolean writes, boolean isIncomplete) {
    /** Where keys begin. */
    sealed interface Begin {
        /** They begin with this argument. */
        record Index(int index) implements Begin {}

        /**
         * They begin behind a word.
         *
         * @param from where the search for the word begins; if negative, that far from the end, and it goes backwards
         */
        record Keyword(String word, int from) implements Begin {}

        /** The table does not say it. */
        record Unknown() implements Begin {}
    }

    /** How keys are found from where they begin. */
    sealed interface Find {
        /**
         * One after the other.
         *
         * @param last how many arguments behind the first the last one is; if negative, how far it is from the end
         * @param limit by how much what is left is divided if {@code last} is -1; not if it is 0 or 1
         */
        record Range(int last, int step, int limit) implements Find {}

        /**
         * As many as an argument says.
         *
         * @param count where the number is, and {@code first} where the first key is, from the beginning
         */
        record Count(int count, int first, int step) implements Find {}

        /** The table does not say it. */
        record Unknown() implements Find {}
    }

    private static final int NOWHERE = 0;

    /** Adds the keys of a request; returns whether they are all that there are. */
    boolean find(CommandArguments arguments, List<CommandKeys.Key> into) {
        int first;
        if (begin instanceof Begin.Index fixed) {
            first = fixed.index();
        } else if (begin instanceof Begin.Keyword keyword) {
            first = behind(keyword, arguments);
            if (first == NOWHERE) {
                return true;
            }
        } else {
            return false;
        }
        if (find instanceof Find.Range range) {
            add(first, last(range, first, arguments.count()), range.step(), arguments, into);
            return !isIncomplete;
        }
        if (find instanceof Find.Count counted) {
            long count = number(arguments, first + counted.count());
            if (count < 0) {
                // Redis answers by an error.
                return true;
            }
            long from = (long) first + counted.first();
            add(from, from + (count - 1) * counted.step(), counted.step(), arguments, into);
            return !isIncomplete;
        }
        return false;
    }

    private static long last(Find.Range range, int first, int count) {
        if (range.last() >= 0) {
            return (long) first + range.last();
        }
        return range.limit() <= 1
                ? (long) count + range.last()
                : (long) first + (count - first) / range.limit() + range.last();
    }

    private void add(long from, long last, int step, CommandArguments arguments, List<CommandKeys.Key> into) {
        for (long i = from; i <= last && i < arguments.count(); i += Math.max(1, step)) {
            if (i > 0) {
                into.add(new CommandKeys.Key((int) i, reads, writes));
            }
        }
    }

    private static int behind(Begin.Keyword keyword, CommandArguments arguments) {
        int count = arguments.count();
        boolean isBackwards = keyword.from() < 0;
        int i = isBackwards ? count + keyword.from() : keyword.from();
        // Behind the last argument there is no key.
        while (i > 0 && i < count - 1) {
            if (isWord(arguments.bytes(i), keyword.word())) {
                return i + 1;
            }
            i += isBackwards ? -1 : 1;
        }
        return NOWHERE;
    }

    /** Returns whether an argument is a word, whose case does not matter. */
    static boolean isWord(byte[] argument, String word) {
        return argument.length == word.length()
                && new String(argument, StandardCharsets.ISO_8859_1).equalsIgnoreCase(word);
    }

    /** Returns the number that an argument is, or -1 if it is none, negative, or larger than a request may have arguments. */
    private static long number(CommandArguments arguments, int index) {
        if (index >= arguments.count() || index < 1) {
            return -1;
        }
        byte[] digits = arguments.bytes(index);
        if (digits.length == 0 || digits.length > 9) {
            return -1;
        }
        long number = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = 10 * number + digit - '0';
        }
        return number;
    }

    /** Makes a specification by the flags that Redis has for what the command does to the keys. */
    static KeySpec of(Begin begin, Find find, Set<String> flags) {
        boolean changes = flags.contains("RW") || flags.contains("OW") || flags.contains("RM");
        return new KeySpec(
                begin,
                find,
                flags.contains("access"),
                changes || flags.contains("update") || flags.contains("insert") || flags.contains("delete"),
                flags.contains("incomplete"));
    }
}
