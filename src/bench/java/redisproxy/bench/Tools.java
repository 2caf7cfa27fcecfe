package redisproxy.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redisproxy.testkit.ChildProcess;

/** The programs, processes and scratch folder that every part of a run uses. */
final class Tools implements AutoCloseable {
    /** Connections of every load. */
    static final int CONNECTIONS = 50;

    private final Programs programs;
    private final List<ChildProcess> running = new ArrayList<>();
    private final Path scratch;
    private final int serverCore;
    private final int loadCore;
    private boolean closed;

    Tools(Options options) {
        programs = Programs.find(options.webdis == null ? Map.of() : Map.of("webdis", options.webdis));
        serverCore = options.serverCore;
        loadCore = options.loadCore;
        try {
            scratch = Files.createTempDirectory("redis-proxy-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an optional program is there. */
    boolean has(String program) {
        return programs.has(program);
    }

    /** Splits a command at its spaces, and puts the values where a word is {@code %}. */
    static List<String> words(String command, Object... values) {
        List<String> words = new ArrayList<>();
        int next = 0;
        for (String word : command.split(" ", -1)) {
            words.add(word.equals("%") ? values[next++].toString() : word);
        }
        return words;
    }

    /** Starts a server. */
    ChildProcess serve(List<String> command) {
        return serve(List.of(serverCore), command);
    }

    /** Starts a server on these cores. */
    ChildProcess serve(List<Integer> cores, List<String> command) {
        return start(cores, command);
    }

    /** Runs a load, or another program that should not disturb the servers, and fails unless it exits with 0. */
    ChildProcess generate(List<String> command) {
        return finish(startGenerating(command));
    }

    /** Starts a load that has to be ended. */
    ChildProcess startGenerating(List<String> command) {
        return startGenerating(loadCore, command);
    }

    /** Starts a load on this core, which has to be ended. */
    ChildProcess startGenerating(int core, List<String> command) {
        return start(List.of(core), command);
    }

    /** Waits for the end of a process, and fails unless it exits with 0. */
    ChildProcess finish(ChildProcess child) {
        int code = child.awaitExit();
        end(child);
        if (code != 0) {
            throw new BenchException(child.describe("failed"));
        }
        return child;
    }

    /** Ends processes at once. */
    synchronized void end(ChildProcess child) {
        child.close();
        running.remove(child);
    }

    void end(Server server) {
        end(server.process());
    }

    private synchronized ChildProcess start(List<Integer> cores, List<String> command) {
        if (closed) {
            throw new BenchException("ended before its time");
        }
        String list = cores.stream().map(String::valueOf).collect(Collectors.joining(","));
        List<String> pinned = words("% -c %", programs.path("taskset"), list);
        pinned.add(programs.path(command.get(0)));
        pinned.addAll(command.subList(1, command.size()));
        ChildProcess child = ChildProcess.start(Map.of(), pinned);
        running.add(child);
        return child;
    }

    Path scratch() {
        return scratch;
    }

    /** Writes a resource into the folder, with each {@code @NAME@} replaced by the value that follows the name. */
    Path write(String resource, Object... namesAndValues) {
        try (InputStream in = Tools.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource);
            }
            String text = new String(in.readAllBytes(), UTF_8).replace("@SCRATCH@", scratch.toString());
            for (int at = 0; at < namesAndValues.length; at += 2) {
                text = text.replace("@" + namesAndValues[at] + "@", namesAndValues[at + 1].toString());
            }
            return Files.writeString(scratch.resolve(resource), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends all processes that are left, and removes the folder. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        running.forEach(ChildProcess::close);
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
