package redisproxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.testkit.Bytes;

/** Runs each target with its corpus, with random bytes and with damaged inputs of the corpus: the same in every run. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TargetsTest {
    private static final int RANDOM_INPUTS = 5_000;
    private static final int DAMAGED_INPUTS = 20_000;
    private static final int MAX_RANDOM_BYTES = 200;

    @ParameterizedTest
    @EnumSource
    void takesItsCorpus(Target target) throws Exception {
        assertThat(target.corpus()).hasSizeGreaterThan(3).allSatisfy(target::run);
    }

    @ParameterizedTest
    @EnumSource
    void takesRandomBytes(Target target) {
        Random random = new Random(1);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            byte[] input = new byte[random.nextInt(MAX_RANDOM_BYTES)];
            random.nextBytes(input);
            run(target, input);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesDamagedInputs(Target target) throws Exception {
        List<byte[]> corpus = target.corpus();
        Damage damage = new Damage(corpus, new Random(2));
        for (int i = 0; i < DAMAGED_INPUTS; i++) {
            run(target, damage.to(corpus.get(i % corpus.size())));
        }
    }

    private static void run(Target target, byte[] input) {
        try {
            target.run(input);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(target + " with " + Bytes.of(input), e);
        }
    }
}
