package redisproxy.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment and the arguments of this process, in UTF-8 whatever the locale is. The JVM decodes both by the locale and
 * loses what that cannot express; in containers it usually is POSIX, which has no characters beyond ASCII. Linux keeps the bytes.
 */
final class ProcessTexts {
    private static final Path ENVIRONMENT = Path.of("/proc/self/environ");
    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");
    private static final char LOST = '\uFFFD';

    private ProcessTexts() {}

    /**
     * Returns the environment. Blocks.
     *
     * @throws ConfigException if the value of a setting is not in UTF-8
     */
    static Map<String, String> environment() {
        return environment(System.getenv(), ENVIRONMENT);
    }

    static Map<String, String> environment(Map<String, String> decoded, Path block) {
        Map<String, String> environment = new HashMap<>(decoded);
        for (Setting<?> setting : SettingsCatalog.all()) {
            for (String name : setting.names()) {
                String value = decoded.get(name);
                if (value != null && !isAscii(value)) {
                    environment.put(name, decode(name, valueOf(name, block), value));
                }
            }
        }
        return environment;
    }

    private static byte @Nullable [] valueOf(String name, Path block) {
        byte[] begin = (name + "=").getBytes(StandardCharsets.US_ASCII);
        for (byte[] variable : split(block)) {
            if (variable.length >= begin.length && Arrays.mismatch(begin, variable) == begin.length) {
                return Arrays.copyOfRange(variable, begin.length, variable.length);
            }
        }
        return null;
    }

    /**
     * Returns the arguments as they were given, from what the JVM has made of them. Blocks.
     *
     * @throws ConfigException if an argument is not in UTF-8
     */
    static String[] arguments(String[] decoded) {
        return arguments(decoded, ARGUMENTS);
    }

    static String[] arguments(String[] decoded, Path block) {
        if (Arrays.stream(decoded).allMatch(argument -> isAscii(argument) && argument.indexOf('?') < 0)) {
            return decoded;
        }
        List<byte[]> all = split(block);
        int before = all.size() - decoded.length;
        String[] arguments = decoded.clone();
        for (int i = 0; i < decoded.length; i++) {
            byte[] bytes = before < 0 ? null : all.get(before + i);
            // They differ where the launcher has read arguments from a file.
            boolean isSame = bytes != null
                    && expressed(new String(bytes, StandardCharsets.ISO_8859_1)).equals(expressed(decoded[i]));
            arguments[i] = decode("argument " + (i + 1), isSame ? bytes : null, decoded[i]);
        }
        return arguments;
    }

    /** Returns what every locale has in common. Some decode what they do not have to a question mark. */
    private static String expressed(String text) {
        return text.replaceAll("[^\\x00-\\x7F]|\\?", "");
    }

    private static String decode(String name, byte @Nullable [] bytes, String decoded) {
        if (bytes == null && decoded.indexOf(LOST) < 0) {
            return decoded;
        }
        try {
            if (bytes != null) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            }
        } catch (CharacterCodingException e) {
            // Told below, without the text, which may be a password.
        }
        throw new ConfigException("%s: the text is not in UTF-8 (expected: UTF-8, and LC_ALL=C.UTF-8)".formatted(name));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(character -> character < 0x80);
    }

    /** Returns the parts of a file that end with NUL, none if it cannot be read, as outside Linux. */
    private static List<byte[]> split(Path block) {
        List<byte[]> parts = new ArrayList<>();
        try {
            byte[] bytes = Files.readAllBytes(block);
            int begin = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == 0) {
                    parts.add(Arrays.copyOfRange(bytes, begin, i));
                    begin = i + 1;
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return parts;
    }
}
