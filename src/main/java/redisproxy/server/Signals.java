package redisproxy.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals of the operating system. The JDK has no supported way to see them; {@code sun.misc.Signal} is the one that every JDK
 * has (module {@code jdk.unsupported}), and is called by reflection because the compiler warns of it.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /**
     * Has a signal call this on a thread of its own, with its name. Does nothing where the system has no such signal, or the JVM
     * was told to leave signals alone ({@code -Xrs}).
     */
    static void handle(String name, Consumer<String> handler) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    handlerClass.getClassLoader(), new Class<?>[] {handlerClass}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.accept("SIG" + name);
                        }
                        return null;
                    });
            Object signal = signalClass.getConstructor(String.class).newInstance(name);
            signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, signal, proxy);
        } catch (InvocationTargetException e) {
            LOG.debug("SIG{} is not handled: {}", name, String.valueOf(e.getCause()));
        } catch (ReflectiveOperationException e) {
            LOG.debug("SIG{} is not handled: {}", name, e.toString());
        }
    }
}
