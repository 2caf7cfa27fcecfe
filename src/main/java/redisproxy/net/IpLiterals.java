package redisproxy.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads IP addresses that are written as such. Names are never looked up, so nothing here blocks. */
final class IpLiterals {
    private static final int MOST_CHARACTERS = 45;
    private static final int MOST_DIGITS = 3;
    private static final int MOST_OF_BYTE = 255;

    private IpLiterals() {}

    /** Returns the address, or null if the text is none; one of IPv4 within IPv6 is one of IPv4. */
    static @Nullable InetAddress parse(String text) {
        try {
            if (text.indexOf(':') < 0) {
                byte[] bytes = ipv4(text);
                return bytes == null ? null : InetAddress.getByAddress(bytes);
            }
            // A text in brackets is never taken for a name.
            return isOfIpv6(text) ? InetAddress.getByName("[" + text + "]") : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte @Nullable [] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != bytes.length) {
            return null;
        }
        for (int i = 0; i < bytes.length; i++) {
            int value = decimal(parts[i], MOST_DIGITS);
            if (value < 0 || value > MOST_OF_BYTE) {
                return null;
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    private static boolean isOfIpv6(String text) {
        return text.length() <= MOST_CHARACTERS
                && text.chars()
                        .allMatch(each -> each == ':' || each == '.' || (each < 128 && Character.digit(each, 16) >= 0));
    }

    /** Returns the number that the decimal digits are, without leading zeros, or -1. */
    static int decimal(String digits, int mostDigits) {
        int length = digits.length();
        if (length == 0 || length > mostDigits || (length > 1 && digits.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < length; i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
