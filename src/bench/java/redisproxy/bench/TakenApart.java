package redisproxy.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The WAR as the container image has it: a jar of the proxy's own classes that names its libraries beside it. */
final class TakenApart {
    private static final List<String> LIBRARIES = List.of("WEB-INF/lib", "WEB-INF/lib-provided");

    private TakenApart() {}

    /** Writes that into the folder, and returns the jar to start. */
    static Path of(Path war, Path folder) {
        Path jar = folder.resolve("redis-proxy.jar");
        try (FileSystem inside = FileSystems.newFileSystem(war)) {
            List<String> libraries = new ArrayList<>();
            Files.createDirectories(folder.resolve("lib"));
            for (String from : LIBRARIES) {
                for (Path library : below(inside.getPath(from))) {
                    String name = "lib/" + library.getFileName();
                    Files.copy(library, folder.resolve(name));
                    libraries.add(name);
                }
            }
            libraries.sort(null);
            try (OutputStream out = Files.newOutputStream(jar);
                    JarOutputStream entries = new JarOutputStream(out, manifest(libraries))) {
                Path classes = inside.getPath("WEB-INF/classes");
                for (Path file : below(classes)) {
                    entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                    Files.copy(file, entries);
                }
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take apart " + war, e);
        }
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Manifest manifest(List<String> libraries) {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, "redisproxy.server.Main");
        main.put(Attributes.Name.CLASS_PATH, String.join(" ", libraries));
        return manifest;
    }
}
