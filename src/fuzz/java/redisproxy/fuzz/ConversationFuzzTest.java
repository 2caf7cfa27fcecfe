package redisproxy.fuzz;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;

final class ConversationFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        try (SilentCloseable unused = BugDetectors.allowNetworkConnections()) {
            ConversationTarget.run(input);
        }
    }
}
