package redisproxy.redis;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where a password is. It is read for each new connection, so that one that has been changed is used. Immutable. */
public sealed interface Password {
    /**
     * Returns the password. Blocks to read a file.
     *
     * @throws PasswordUnreadableException if there is none
     */
    String read();

    /** Returns the setting that says where it is, for messages. */
    String setting();

    /**
     * A password that stays as long as the process.
     *
     * @param setting the setting that holds it, for messages
     */
    record Fixed(String setting, String text) implements Password {
        /** Makes the password of {@code REDIS_PASSWORD}. */
        public Fixed(String text) {
            this("REDIS_PASSWORD", text);
        }

        @Override
        public String read() {
            return text;
        }

        @Override
        public String toString() {
            return "Fixed";
        }
    }

    /**
     * The text of a file in UTF-8, without the byte order mark before it and the line end behind it that editors leave.
     *
     * @param setting the setting that names the file, for messages
     * @param file the name of the file
     */
    record InFile(String setting, String file) implements Password {
        private static final String BYTE_ORDER_MARK = "\uFEFF";
        private static final Pattern LINE_END = Pattern.compile("\\r?\\n\\z");

        @Override
        public String read() {
            String text;
            try {
                text = Files.readString(Path.of(file));
            } catch (CharacterCodingException e) {
                throw unreadable("is not in UTF-8 (expected: a password)");
            } catch (IOException | InvalidPathException e) {
                throw unreadable("cannot be read (expected: a file)");
            }
            String marked = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
            String password = LINE_END.matcher(marked).replaceFirst("");
            if (password.isEmpty()) {
                throw unreadable("is empty (expected: a password)");
            }
            return password;
        }

        private PasswordUnreadableException unreadable(String why) {
            return new PasswordUnreadableException("%s: '%s' %s".formatted(setting, file, why));
        }
    }
}
