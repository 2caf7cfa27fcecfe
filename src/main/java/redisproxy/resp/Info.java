package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The text of INFO: sections of fields. Thread-safe. */
final class Info {
    private final List<InfoSection> sections;

    private Info(List<InfoSection> sections) {
        this.sections = sections;
    }

    /** Makes the text of a port; {@code further} are sections that other components give. */
    static Info of(
            ServerInfo server,
            RespInfo resp,
            InfoSection memory,
            CommandInfo commands,
            CacheInfo cache,
            List<InfoSection> further) {
        List<InfoSection> sections = new ArrayList<>();
        sections.add(server.server());
        sections.add(resp.clients());
        sections.add(memory);
        sections.add(server.persistence());
        sections.add(resp.stats());
        sections.addAll(server.replicationToModules());
        sections.addAll(commands.sections());
        sections.add(server.cluster());
        sections.addAll(cache.ownSections());
        sections.addAll(further);
        sections.add(cache.keyspace());
        return new Info(sections);
    }

    /** Returns the text of the sections whose titles are wanted. */
    String text(Predicate<String> wanted) {
        return text(wanted, RedisInfo.NONE);
    }

    /** Does the same with what Redis tells, which is not the whole truth about the proxy. */
    String text(Predicate<String> wanted, RedisInfo ofRedis) {
        StringBuilder text = new StringBuilder();
        for (InfoSection section : sections) {
            if (wanted.test(section.title())) {
                text.append(text.isEmpty() ? "# " : "\r\n# ")
                        .append(section.title())
                        .append("\r\n");
                ofRedis.with(section)
                        .forEach((name, value) ->
                                text.append(name).append(':').append(value).append("\r\n"));
            }
        }
        ofRedis.others(sections.stream().map(InfoSection::title).toList(), text);
        return text.toString();
    }
}
