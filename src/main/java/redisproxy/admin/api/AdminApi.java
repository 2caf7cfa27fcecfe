package redisproxy.admin.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.auth.NamedCommand;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.RecentKeys;

/** The API: what answers at which path. {@link #tick} is to be called each second. Thread-safe. */
public final class AdminApi implements AutoCloseable {
    private static final String BASE = "/api/v1/";
    private static final String DOCUMENT = "openapi.json";
    private static final int DEFAULT_HOT_KEYS = 20;
    private static final int MOST_HOT_KEYS = 1000;
    private static final int DEFAULT_RECENT_KEYS = 10_000;
    private static final int MOST_PREFIXES = 100;

    private final Recorder recorder;
    private final StateView view;
    private final Streams streams;
    private final Map<String, Handler> reads = new TreeMap<>();
    private final Map<String, Handler> changes = new TreeMap<>();

    record Happened(String run, List<EventView> events) {}

    record Settings(List<SettingView> settings) {}

    record Recent(List<String> keys64) {}

    record Prefixes(@Nullable Double overSeconds, List<State.Prefix> prefixes) {}

    /**
     * Makes the API.
     *
     * @param noChanges returns why nobody may make changes, or null if somebody may
     */
    public AdminApi(Sources sources, Supplier<@Nullable String> noChanges) {
        this.recorder = new Recorder(sources);
        this.view = new StateView(sources, recorder, noChanges);
        this.streams = new Streams(view::now, number -> EventView.after(sources.events(), number));
        read("state", query -> view.now());
        read("history", query -> recorder.history());
        read("settings", query -> new Settings(sources.settings().get()));
        read("entry", query -> EntryView.of(key(query), sources));
        read("hotkeys", query -> hotKeys(count(query, DEFAULT_HOT_KEYS, MOST_HOT_KEYS)));
        read("recent", query -> recent(sources.cache(), count(query, DEFAULT_RECENT_KEYS, RecentKeys.MOST)));
        read("prefixes", query -> prefixes());
        read(
                "events",
                query -> new Happened(
                        sources.events().run(),
                        EventView.after(sources.events(), EventNumber.parse(KeyText.text(query, "after")))));
        reads.put(BASE + "stream", streams);
        reads.put("/api/" + DOCUMENT, document());
        Changes made = new Changes(sources.cache(), sources.log(), sources.reload());
        changes.put(BASE + "invalidate", new ChangeHandler(noChanges, made::invalidate));
        changes.put(BASE + "reload", new ChangeHandler(noChanges, made::reload));
        changes.put(BASE + "log-level", new ChangeHandler(noChanges, made::logLevel));
    }

    private void read(String name, ReadHandler.Question question) {
        reads.put(BASE + name, new ReadHandler(question));
    }

    private static Handler document() {
        try (InputStream in = AdminApi.class.getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                throw new IllegalStateException(DOCUMENT + " is missing");
            }
            return new FixedHandler("application/json", in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what is answered, such as {@code GET /api/v1/state}. */
    Set<String> operations() {
        Set<String> found = new TreeSet<>();
        reads.keySet().forEach(path -> found.add("GET " + path));
        changes.keySet().forEach(path -> found.add("POST " + path));
        return found;
    }

    /** Tells the handler of each path that is read, which lets in whom {@code authority} allows it. */
    public void forEachRead(Authority authority, BiConsumer<String, Handler> each) {
        reads.forEach((path, handler) -> {
            boolean isDocument = path.endsWith(DOCUMENT);
            NamedCommand command = path.endsWith("/settings") ? LoginGuard.SETTINGS : LoginGuard.FIGURES;
            each.accept(path, new LoginGuard(authority, isDocument ? null : command, !isDocument, handler));
        });
    }

    /** Tells the handler of each path that takes changes, which lets in whom {@code authority} allows them. */
    public void forEachChange(Authority authority, BiConsumer<String, Handler> each) {
        changes.forEach((path, handler) -> {
            boolean isOfKeys = path.endsWith("/invalidate");
            NamedCommand command = isOfKeys ? LoginGuard.INVALIDATE : LoginGuard.SET_LOG_LEVEL;
            each.accept(path, new LoginGuard(authority, command, isOfKeys, handler));
        });
    }

    /** Takes a sample of the figures, and sends the state to those that follow it. */
    public void tick() {
        recorder.tick();
        streams.tick();
    }

    private static byte[] key(@Nullable String query) throws BadRequestException {
        byte[] key = KeyText.parameter(query, "key");
        if (key != null) {
            return key;
        }
        String key64 = KeyText.text(query, "key64");
        if (key64 == null) {
            throw new BadRequestException("key: is missing (expected: ?key= and the key, percent-encoded, or ?key64=)");
        }
        return KeyText.fromBase64("key64", key64);
    }

    private static int count(@Nullable String query, int byDefault, int most) throws BadRequestException {
        String text = KeyText.text(query, "count");
        if (text == null) {
            return byDefault;
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= most) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        throw new BadRequestException(
                "count: '%s' is not accepted (expected: a whole number from 1 to %d)".formatted(text, most));
    }

    private State.HotKeys hotKeys(int most) {
        Sources.Accessed accessed = view.accessed(most);
        return accessed == null ? new State.HotKeys(0, List.of()) : StateView.hotKeys(accessed);
    }

    private static Recent recent(ReadThroughCache cache, int most) {
        return new Recent(
                RecentKeys.of(cache, most).stream().map(KeyText::base64).toList());
    }

    private Prefixes prefixes() {
        Sources.Accessed accessed = view.accessed(1);
        return accessed == null
                ? new Prefixes(null, List.of())
                : new Prefixes(accessed.overSeconds(), StateView.prefixes(accessed, MOST_PREFIXES));
    }

    /** Ends all streams, whose clients may open new ones. */
    @Override
    public void close() {
        streams.close();
    }
}
