package redisproxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import redisproxy.server.ConfigFileTarget;

final class ConfigFileFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        ConfigFileTarget.run(input);
    }
}
