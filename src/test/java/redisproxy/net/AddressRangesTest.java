package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressRangesTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.128/25, 10.1.2.129, true",
        "10.1.2.128/25, 10.1.2.127, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, ::1, false",
        "::/0, ::1, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "::ffff:10.0.0.1, 10.0.0.1, true"
    })
    void holdAddresses(String range, String address, boolean isHeld) throws Exception {
        assertThat(AddressRanges.of(List.of("203.0.113.9", range)).contains(InetAddress.getByName(address)))
                .isEqualTo(isHeld);
    }

    @Test
    void holdNothingWithoutRanges() throws Exception {
        assertThat(AddressRanges.of(List.of()).contains(InetAddress.getLoopbackAddress()))
                .isFalse();
        assertThat(AddressRanges.of(List.of("0.0.0.0/0")).contains(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, an address",
        "10.0.0.0/33, 0 to 32",
        "10.0.0.0/, 0 to 32",
        "10.0.0.0/08, 0 to 32",
        "::/129, 0 to 128",
        "10.0.0.1/8, zeros there",
        "10.0.0/8, an address",
        "fe80::1%eth0, an address",
        "/8, an address"
    })
    void refuseWhatIsNone(String text, String expected) {
        assertThatThrownBy(() -> AddressRanges.of(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining(expected);
    }
}
