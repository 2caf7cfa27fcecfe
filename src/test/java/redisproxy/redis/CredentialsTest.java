package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.load;
import static redisproxy.redis.StoreFixture.recovers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.cache.ReadThroughCache;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Bytes;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CredentialsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final StoreFixture stores = new StoreFixture();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void changedPasswordIsUsedWithinASecondOfBeingInTheFile() throws IOException {
        REDIS.control().call("MSET", "k", "v", "other", "w");
        REDIS.control().call("ACL", "SETUSER", "app", "on", ">older", "~*", "+@all");
        Path file = Files.writeString(folder.resolve("password"), "older\n");
        Credentials credentials = new Credentials("app", new Password.InFile("REDIS_PASSWORD_FILE", file.toString()));
        ReadThroughCache cache = stores.open(StoreFixture.node(REDIS.address(), credentials, 0, 2, LONG));
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
        REDIS.control().call("ACL", "SETUSER", "app", "resetpass", ">newer");
        REDIS.control().call("CLIENT", "KILL", "USER", "app");
        assertThat(load(cache, "killed").failure())
                .hasMessageContaining("WRONGPASS")
                .hasMessageNotContaining("older");
        Files.delete(file);
        recovers(() -> assertThat(load(cache, "gone").failure())
                .hasMessageContaining("REDIS_PASSWORD_FILE: '%s' cannot be read", file));
        Files.writeString(file, "newer\n");
        recovers(() -> assertThat(load(cache, "other").value()).isEqualTo(Bytes.utf8("w")));
    }
}
