package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChangeablePartsTest {
    private static final ProxyConfig CONFIG = ProxyConfig.fromArgs();

    private final List<String> log = new ArrayList<>();

    @Test
    void appliesOnlyWhenAllArePrepared() {
        ChangeablePart.Change change = parts(part("a"), part("b")).prepare(CONFIG, CONFIG);
        assertThat(log).containsExactly("a is prepared", "b is prepared");
        log.clear();
        change.apply();
        assertThat(log).containsExactly("a applies", "b applies");
    }

    @Test
    void dropsWhatIsPreparedIfOneRefuses() {
        ChangeablePart refusing = (from, to) -> {
            throw new ConfigException("no");
        };
        assertThatThrownBy(
                        () -> parts(part("a"), part("b"), refusing, part("c")).prepare(CONFIG, CONFIG))
                .isInstanceOf(ConfigException.class)
                .hasMessage("no");
        assertThat(log).containsExactly("a is prepared", "b is prepared", "a is dropped", "b is dropped");
    }

    private static ChangeablePart parts(ChangeablePart... parts) {
        return new ChangeableParts(List.of(parts));
    }

    private ChangeablePart part(String name) {
        return (from, to) -> {
            log.add(name + " is prepared");
            return new ChangeablePart.Change() {
                @Override
                public void apply() {
                    log.add(name + " applies");
                }

                @Override
                public void drop() {
                    log.add(name + " is dropped");
                }
            };
        };
    }
}
