package redisproxy.features;

import io.cucumber.java.After;
import io.cucumber.java.AfterAll;
import io.cucumber.java.Before;
import io.cucumber.java.BeforeAll;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;

/** Begins and ends a scenario. */
public final class Lifecycle {
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    private final World world;

    public Lifecycle(World world) {
        this.world = world;
    }

    @Before("@local")
    public void leaveOutWithoutPowerOverProcesses() {
        Assumptions.assumeFalse(ProxyUnderTest.isExternal(), "starts and stops processes of its own");
    }

    @After
    public void closeWhatIsOpen() throws Exception {
        world.close();
    }

    /** A proxy is started for each scenario, and each would log a dozen lines about it. */
    @BeforeAll
    public static void quieten() {
        JETTY.setLevel(Level.WARNING);
    }

    @AfterAll
    public static void stopRedis() {
        SharedRedis.stop();
    }
}
