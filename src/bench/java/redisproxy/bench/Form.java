package redisproxy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.ChildProcess;

/**
 * A way to start the proxy.
 *
 * @param name its name in results
 * @param jvm the Java that runs it, with the flags of this form
 * @param jar its archive
 * @param flags flags of the proxy beside those that each row needs
 */
record Form(String name, Jvm jvm, Path jar, List<String> flags) {
    /** The first JDK with {@code -XX:AOTCacheOutput}. */
    private static final int AOT_SINCE = 25;

    Form(String name, Jvm jvm, Path jar) {
        this(name, jvm, jar, List.of());
    }

    /** Makes the forms of this WAR: without an archive of classes, and with each kind that the JDK knows. */
    static List<Form> of(Tools tools, Server redis, Jvm jvm, Path jar) {
        String name = jvm.name();
        String archive = "%d-%s".formatted(jvm.feature(), jar.getFileName());
        List<Form> forms = new ArrayList<>(List.of(new Form(name, jvm, jar)));
        Path cds = tools.scratch().resolve(archive + ".jsa");
        new Form(name, jvm.with("-XX:ArchiveClassesAtExit=" + cds), jar).record(tools, redis, cds);
        // "on": the start fails if the archive cannot be used. By default it would go on without.
        forms.add(new Form(name + ", CDS archive", jvm.with("-XX:SharedArchiveFile=" + cds, "-Xshare:on"), jar));
        if (jvm.feature() >= AOT_SINCE) {
            Path aot = tools.scratch().resolve(archive + ".aot");
            new Form(name, jvm.with("-XX:AOTCacheOutput=" + aot), jar).record(tools, redis, aot);
            forms.add(new Form(name + ", AOT cache", jvm.with("-XX:AOTCache=" + aot, "-XX:AOTMode=on"), jar));
        }
        return forms;
    }

    /** Returns the same under another name. */
    Form named(String other) {
        return new Form(other, jvm, jar, flags);
    }

    /** Returns the same with more flags. */
    Form with(List<String> more) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(more);
        return new Form(name, jvm, jar, all);
    }

    /** Starts the proxy, asks both ports once, and has it write an archive when it ends. */
    private void record(Tools tools, Server redis, Path archive) {
        ChildProcess process = Start.of(tools, this, redis).server().process();
        // Not through Process, which would close the pipes that the JVM writes to while it makes the archive.
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
        tools.finish(process);
        if (!Files.isRegularFile(archive)) {
            throw new BenchException(process.describe("no archive was written: " + archive));
        }
    }
}
