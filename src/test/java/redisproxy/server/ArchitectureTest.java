package redisproxy.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
    private static JavaClasses product;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter()
                .importUrl(
                        ProxyServer.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @Test
    void arrowsPointInwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("server")
                .definedBy("redisproxy.server")
                .layer("jetty")
                .definedBy("redisproxy.jetty")
                .layer("http")
                .definedBy("redisproxy.http")
                .layer("resp")
                .definedBy("redisproxy.resp")
                .layer("net")
                .definedBy("redisproxy.net")
                .layer("redis")
                .definedBy("redisproxy.redis")
                .layer("upstream")
                .definedBy("redisproxy.upstream")
                .layer("cache")
                .definedBy("redisproxy.cache")
                .whereLayer("server")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("jetty")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("server", "jetty")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("resp", "jetty")
                .whereLayer("resp")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("redis")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("upstream")
                .mayOnlyBeAccessedByLayers("server", "resp", "redis")
                .whereLayer("cache")
                .mayOnlyBeAccessedByLayers("server", "jetty", "http", "resp", "net", "redis")
                .ensureAllClassesAreContainedInArchitecture()
                .check(product);
    }

    @Test
    void cacheAndUpstreamStandOnTheJdkAlone() {
        standsOnTheJdkAlone("redisproxy.cache");
        standsOnTheJdkAlone("redisproxy.upstream");
    }

    @Test
    void jettyStaysInItsPackages() {
        onlyIn("org.eclipse.jetty..", "redisproxy.net", "redisproxy.resp", "redisproxy.jetty", "redisproxy.server");
    }

    @Test
    void servletsStayInHttpAndServer() {
        onlyIn("jakarta.servlet..", "redisproxy.http", "redisproxy.server");
    }

    @Test
    void jedisAndPoolStayInRedis() {
        onlyIn("redis.clients..", "redisproxy.redis");
        onlyIn("org.apache.commons.pool2..", "redisproxy.redis");
    }

    @Test
    void flagsStayInServer() {
        onlyIn("picocli..", "redisproxy.server");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("redisproxy.(*)..").should().beFreeOfCycles().check(product);
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
    void nobodyPrints() {
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

    private static void standsOnTheJdkAlone(String ownPackage) {
        classes()
                .that()
                .resideInAPackage(ownPackage)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        ownPackage, "java..", "org.jspecify..", "com.google.errorprone.annotations.."))
                .check(product);
    }

    private static void onlyIn(String library, String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(product);
    }
}
