package redisproxy.features;

import io.cucumber.java.After;
import io.cucumber.java.AfterAll;
import io.cucumber.java.Before;
import io.cucumber.java.BeforeAll;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;

/** Sets up and cleans up a scenario. */
public final class Lifecycle {
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    private final World world;

    public Lifecycle(World world) {
        this.world = world;
    }

    @Before("@local")
    public void skipWithExternalProxy() {
        Assumptions.assumeFalse(ProxyUnderTest.isExternal(), "needs processes of its own");
    }

    @After
    public void closeResources() throws Exception {
        world.close();
    }

    /** Each scenario starts a proxy, whose Jetty would log a dozen lines. */
    @BeforeAll
    public static void quieten() {
        JETTY.setLevel(Level.WARNING);
    }

    @AfterAll
    public static void stopServers() {
        SharedRedis.stop();
        SharedCluster.stop();
    }
}
