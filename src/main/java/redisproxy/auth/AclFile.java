package redisproxy.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads files of users as Redis writes them (redis.io, "ACL"), a user a line: {@code user alice on >secret ~app:* +@read}. Empty
 * lines and lines that begin with {@code #} are passed over. Characters are bytes.
 */
public final class AclFile {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int MAX_USERS = 10_000;

    private AclFile() {}

    /**
     * Reads the users of a file, by their names. Blocks.
     *
     * @throws AclException if the file cannot be read or a line is not accepted; the message names the file and the line
     */
    public static Map<String, User> read(String file, KnownCommands known) throws AclException {
        Map<String, User> users = new TreeMap<>();
        List<String> lines = lines(file, "an ACL file of Redis");
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                User user = user(line, known);
                if (users.putIfAbsent(user.name(), user) != null) {
                    throw new AclException("user '%s' is there twice".formatted(user.name()));
                }
                if (users.size() > MAX_USERS) {
                    throw new AclException("there are more than %d users".formatted(MAX_USERS));
                }
            } catch (AclException e) {
                throw at(file, i, e);
            }
        }
        return users;
    }

    /**
     * Reads the users of a text, for tests and tools.
     *
     * @throws AclException if the line is not accepted
     */
    static User user(String line, KnownCommands known) throws AclException {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length < 2 || !words[0].equals("user")) {
            throw new AclException(
                    "the line does not begin with 'user NAME' (expected: user alice on >password ~app:* +@read)");
        }
        UserRules rules = new UserRules(words[1], known);
        for (int i = 2; i < words.length; i++) {
            try {
                rules.apply(words[i]);
            } catch (AclException e) {
                throw new AclException("user '%s', word %d: %s".formatted(words[1], i + 1, e.getMessage()));
            }
        }
        return rules.build();
    }

    /**
     * Reads the tokens of a file, a token a line: {@code alice >token} or {@code alice #sha256}. Blocks.
     *
     * @throws AclException if the file cannot be read or a line is not accepted; the message names the file and the line
     */
    static List<Token> tokens(String file) throws AclException {
        List<Token> tokens = new ArrayList<>();
        List<String> lines = lines(file, "lines such as 'alice >token' or 'alice #sha256'");
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                tokens.add(token(line));
                if (tokens.size() > MAX_USERS) {
                    throw new AclException("there are more than %d tokens".formatted(MAX_USERS));
                }
            } catch (AclException e) {
                throw at(file, i, e);
            }
        }
        return tokens;
    }

    private static Token token(String line) throws AclException {
        String[] words = line.split("\\s+", -1);
        String secret = words.length == 2 ? words[1] : "";
        PasswordHash hash = null;
        if (secret.length() > 1 && secret.startsWith(">")) {
            hash = PasswordHash.of(secret.substring(1));
        } else if (secret.startsWith("#")) {
            hash = PasswordHash.fromHex(secret.substring(1));
        }
        if (hash == null) {
            throw new AclException("the line is not accepted (expected: a user, a blank, and >token or #sha256)");
        }
        return new Token(words[0], hash);
    }

    /** Whom a token proves. */
    record Token(String user, PasswordHash hash) {}

    private static AclException at(String file, int index, AclException cause) {
        return new AclException("'%s', line %d: %s".formatted(file, index + 1, cause.getMessage()));
    }

    private static List<String> lines(String file, String expected) throws AclException {
        try {
            Path path = Path.of(file);
            if (Files.isRegularFile(path) && Files.size(path) > MAX_BYTES) {
                throw new AclException("'%s' is too long: more than %d bytes".formatted(file, MAX_BYTES));
            }
            return Files.readAllLines(path, StandardCharsets.ISO_8859_1);
        } catch (IOException | InvalidPathException e) {
            throw new AclException("'%s' cannot be read (expected: %s)".formatted(file, expected));
        }
    }
}
