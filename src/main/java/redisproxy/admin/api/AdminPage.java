package redisproxy.admin.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.jetty.server.Handler;

/** The page, and the files that it consists of. They are read once, from the class path; there are no others to ask for. */
public final class AdminPage {
    private static final String FOLDER = "/redisproxy/admin/page/";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private static final List<String> FILES = List.of(
            "actions.js",
            "api.js",
            "app.js",
            "charts.js",
            "dom.js",
            "format.js",
            "icon.svg",
            "keys.js",
            "parts.css",
            "parts.js",
            "style.css",
            "theme.js",
            "uplot.css",
            "uplot.js",
            "uplot-license.txt");

    private AdminPage() {}

    /** Tells the handler of each path. */
    public static void forEachFile(BiConsumer<String, Handler> each) {
        // An empty path is the root alone; "/" would be all that nothing else answers.
        each.accept("", new FixedHandler(HTML, read("index.html")));
        FILES.forEach(name -> each.accept("/page/" + name, new FixedHandler(type(name), read(name))));
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "js" -> SCRIPT;
            case "css" -> STYLE;
            case "svg" -> "image/svg+xml";
            default -> TEXT;
        };
    }

    private static byte[] read(String name) {
        try (InputStream in = AdminPage.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
