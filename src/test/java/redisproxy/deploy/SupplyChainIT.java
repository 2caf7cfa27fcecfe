package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What the WAR says of the software of others that it holds. */
final class SupplyChainIT {
    private static final String SBOM = "META-INF/sbom/application.cdx.json";
    private static final String LIST = "META-INF/THIRD-PARTY.txt";

    /** Those that somebody has read; NOTICE says what they ask for. */
    private static final Set<String> LICENCES = Set.of(
            "Apache-2.0",
            "BSD-2-Clause",
            "CC0-1.0",
            "EPL-2.0",
            "GPL-2.0-with-classpath-exception",
            "MIT",
            "Public Domain");

    /** At the top of the archive or among the page's files, and so in no jar. */
    private static final List<String> IN_NO_JAR =
            List.of("jakarta.servlet-api", "jetty-ee11-servlet", "jetty-security", "jetty-session", "uplot");

    /** What the compiler alone reads is in both lists, in the SBOM as optional, and not in the WAR. */
    private static final String NOT_SHIPPED = "error_prone_annotations";

    @Test
    void listsEveryJarWithItsBytesAndItsLicence() throws IOException {
        try (ZipFile war = new ZipFile(Deployment.war().toFile())) {
            Map<String, Map<?, ?>> components = components(war);
            String list = text(war, LIST);

            assertThat(jars(war)).isNotEmpty().allSatisfy(jar -> {
                Map<?, ?> component = components.get(fileName(jar));
                assertThat(component).as("%s in %s", jar.getName(), SBOM).isNotNull();
                assertThat(hashes(component)).contains(sha256(war, jar));
                assertThat(list).contains(coordinates(component));
            });
            assertThat(components.values())
                    .extracting(component -> component.get("name").toString())
                    .containsAll(IN_NO_JAR);
        }
    }

    @Test
    void listsNothingThatIsNotThere() throws IOException {
        try (ZipFile war = new ZipFile(Deployment.war().toFile())) {
            Set<String> jars = jars(war).stream().map(SupplyChainIT::fileName).collect(Collectors.toSet());

            assertThat(components(war)).allSatisfy((file, component) -> {
                String name = component.get("name").toString();
                assertThat(jars.contains(file) || IN_NO_JAR.contains(name) || name.equals(NOT_SHIPPED))
                        .as(name)
                        .isTrue();
            });
        }
    }

    @Test
    void holdsOnlyLicencesThatAreKnown() throws IOException {
        try (ZipFile war = new ZipFile(Deployment.war().toFile())) {
            assertThat(components(war).values())
                    .allSatisfy(component -> assertThat(licences(component))
                            .as("licences of %s", component.get("name"))
                            .isNotEmpty()
                            .isSubsetOf(LICENCES));
            assertThat(text(war, LIST)).doesNotContainIgnoringCase("unknown license");
        }
    }

    @Test
    void bringsTheTexts() throws IOException {
        try (ZipFile war = new ZipFile(Deployment.war().toFile())) {
            assertThat(text(war, "META-INF/LICENSE")).contains("Apache License");
            assertThat(text(war, "META-INF/NOTICE")).contains("Redis Proxy", "Jedis", "Jetty");
            assertThat(text(war, "redisproxy/admin/page/uplot-license.txt")).contains("MIT");
            assertThat(war.stream().map(ZipEntry::getName))
                    .anyMatch(name -> name.matches("META-INF/licenses/jakarta\\.servlet-api-.*/LICENSE.*"));
        }
    }

    private static List<ZipEntry> jars(ZipFile war) {
        return war.stream()
                .filter(entry -> entry.getName().matches("WEB-INF/lib/.*\\.jar"))
                .collect(Collectors.toList());
    }

    private static String fileName(ZipEntry jar) {
        return jar.getName().substring(jar.getName().lastIndexOf('/') + 1);
    }

    private static Map<String, Map<?, ?>> components(ZipFile war) throws IOException {
        assumeThat(System.getProperty("build.network", ""))
                .as("the plugin makes no SBOM for ./mvnw -o")
                .isNotEqualTo("offline=true");
        return ((List<?>) JSON.std.mapFrom(text(war, SBOM)).get("components"))
                .stream()
                        .map(component -> (Map<?, ?>) component)
                        .collect(Collectors.toMap(
                                component -> component.get("name") + "-" + component.get("version") + ".jar",
                                component -> component));
    }

    private static String coordinates(Map<?, ?> component) {
        return component.get("group") + ":" + component.get("name") + ":" + component.get("version") + " ";
    }

    private static Stream<Object> each(Map<?, ?> component, String list) {
        return component.get(list) instanceof List<?> elements
                ? elements.stream().map(element -> element)
                : Stream.of();
    }

    private static List<String> hashes(Map<?, ?> component) {
        return each(component, "hashes")
                .map(hash -> ((Map<?, ?>) hash).get("content").toString())
                .toList();
    }

    private static Set<String> licences(Map<?, ?> component) {
        return each(component, "licenses")
                .map(choice -> (Map<?, ?>) ((Map<?, ?>) choice).get("license"))
                .map(licence -> (licence.containsKey("id") ? licence.get("id") : licence.get("name")).toString())
                .collect(Collectors.toSet());
    }

    private static String text(ZipFile war, String name) throws IOException {
        ZipEntry entry = war.getEntry(name);
        assertThat(entry).as(name).isNotNull();
        try (InputStream bytes = war.getInputStream(entry)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(ZipFile war, ZipEntry jar) {
        try (InputStream bytes = war.getInputStream(jar)) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.readAllBytes()));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
