package redisproxy.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitectureTest {
    private static final String[] LANGUAGE = {
        "java..", "jdk.net..", "org.jspecify..", "com.google.errorprone.annotations.."
    };

    /** Packages that do not exist yet may be empty. */
    private static final List<Layer> LAYERS = List.of(
            layer("cache"),
            layer("upstream"),
            layer("auth"),
            layer("measure").with("org.HdrHistogram..", "org.apache.datasketches.."),
            layer("tls").with("javax.net.ssl..", "javax.crypto..", "javax.naming..", "javax.security.auth.x500.."),
            layer("redis", "cache", "upstream", "measure", "tls")
                    .with(
                            "redis.clients..",
                            "org.apache.commons.pool2..",
                            "dev.failsafe..",
                            "org.slf4j..",
                            "javax.net.ssl..",
                            "javax.security.auth.x500.."),
            layer("net", "cache", "upstream", "measure", "tls")
                    .with("javax.net.ssl..", "org.eclipse.jetty.io..", "org.eclipse.jetty.util..", "org.slf4j.."),
            layer("near", "cache"),
            // Its connector and connection factory extend those of jetty-server.
            layer("resp", "cache", "upstream", "auth", "near", "net", "measure", "tls")
                    .with(
                            "javax.net.ssl..",
                            "org.eclipse.jetty.io..",
                            "org.eclipse.jetty.util..",
                            "org.eclipse.jetty.server..",
                            "org.slf4j.."),
            layer("http", "cache", "upstream", "auth", "measure", "tls").with("jakarta.servlet..", "org.slf4j.."),
            layer("jetty", "http", "net", "cache", "auth", "measure", "tls")
                    .with(
                            "org.eclipse.jetty.http..",
                            "org.eclipse.jetty.http2..",
                            "org.eclipse.jetty.io..",
                            "org.eclipse.jetty.util..",
                            "org.eclipse.jetty.server..",
                            "org.slf4j.."),
            // It shows the snapshots of the fronts.
            layer("admin", "cache", "auth", "measure", "near", "net", "resp", "http", "tls", "upstream")
                    .with(
                            "org.eclipse.jetty..",
                            "javax.net.ssl..",
                            "io.prometheus.metrics..",
                            "com.fasterxml.jackson.jr..",
                            "org.slf4j.."),
            // Its list of keys is JSON.
            layer("warm", "cache", "measure").with("com.fasterxml.jackson.jr..", "org.slf4j.."),
            // It reads the registry of admin's metrics, and knows no package for that.
            layer("otel", "cache", "measure")
                    .with("io.opentelemetry..", "io.prometheus.metrics.model..", "org.slf4j.."),
            layer(
                            "server",
                            "cache",
                            "upstream",
                            "auth",
                            "measure",
                            "redis",
                            "net",
                            "resp",
                            "http",
                            "jetty",
                            "admin",
                            "warm",
                            "otel",
                            "tls")
                    .with(
                            "org.eclipse.jetty..",
                            "javax.net.ssl..",
                            "io.prometheus.metrics.model.registry..",
                            "jakarta.servlet..",
                            "picocli..",
                            "co.elastic.logging..",
                            "com.fasterxml.jackson.jr..",
                            "org.slf4j.."));

    private static JavaClasses product;

    /** A package with all packages inside it, the other layers that it may use, and the libraries. */
    private record Layer(String name, List<String> neighbours, List<String> libraries) {
        Layer with(String... allowed) {
            return new Layer(name, neighbours, List.of(allowed));
        }

        String packages() {
            return "redisproxy." + name + "..";
        }
    }

    private static Layer layer(String name, String... neighbours) {
        return new Layer(name, List.of(neighbours), List.of());
    }

    static List<Layer> layers() {
        return LAYERS;
    }

    @BeforeAll
    static void read() {
        product = new ClassFileImporter()
                .importUrl(
                        ProxyServer.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @Test
    void arrowsPointInwards() {
        LayeredArchitecture architecture = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (Layer layer : LAYERS) {
            architecture = architecture.optionalLayer(layer.name()).definedBy(layer.packages());
        }
        for (Layer layer : LAYERS) {
            architecture = layer.neighbours().isEmpty()
                    ? architecture.whereLayer(layer.name()).mayNotAccessAnyLayer()
                    : architecture
                            .whereLayer(layer.name())
                            .mayOnlyAccessLayers(layer.neighbours().toArray(String[]::new));
        }
        architecture.ensureAllClassesAreContainedInArchitecture().check(product);
    }

    @Test
    void frontsAndStoreDoNotKnowEachOther() {
        List<String> names = List.of("http", "resp", "redis");
        assertThat(LAYERS)
                .filteredOn(layer -> names.contains(layer.name()))
                .hasSize(3)
                .allSatisfy(layer -> assertThat(layer.neighbours()).doesNotContainAnyElementsOf(names));
    }

    @Test
    void onlyServerKnowsAdminAndOtelAndNothingKnowsServer() {
        for (Layer layer : LAYERS) {
            assertThat(layer.neighbours().contains("otel"))
                    .isEqualTo(layer.name().equals("server"));
            assertThat(layer.neighbours().contains("admin"))
                    .isEqualTo(layer.name().equals("server"));
            assertThat(layer.neighbours()).doesNotContain("server");
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void librariesStayInTheirPackages(Layer layer) {
        String[] allowed = Stream.of(
                        Stream.of(LANGUAGE),
                        layer.libraries().stream(),
                        LAYERS.stream().map(Layer::packages))
                .flatMap(names -> names)
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(layer.packages())
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed))
                .as(layer.name() + " should use no library but " + layer.libraries())
                .allowEmptyShould(true)
                .check(product);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("redisproxy.(*)..").should().beFreeOfCycles().check(product);
        slices().matching("redisproxy.(**)").should().beFreeOfCycles().check(product);
    }

    @Test
    void nothingIsOpenForExtension() {
        classes()
                .that(describe("are no interfaces, enums, constant bodies or sealed", ArchitectureTest::isOrdinary))
                .should()
                .haveModifier(FINAL)
                .orShould()
                .bePrivate()
                .check(product);
        noClasses()
                .should()
                .haveModifier(ABSTRACT)
                .andShould()
                .notBeInterfaces()
                .check(product);
    }

    @Test
    void onlyMainPrints() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Main")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(product);
    }

    private static boolean isOrdinary(JavaClass type) {
        return !type.isInterface()
                && !type.isEnum()
                && !type.isAnonymousClass()
                && !type.reflect().isSealed();
    }
}
