package redisproxy.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import redisproxy.redis.InvalidationsTarget;

final class InvalidationsFuzzTest {
    @FuzzTest
    void anyBytes(byte[] input) {
        InvalidationsTarget.run(input);
    }
}
