package redisproxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

final class ConversationFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        ConversationTarget.run(input);
    }
}
