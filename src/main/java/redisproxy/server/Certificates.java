package redisproxy.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.tls.CertificateInfo;
import redisproxy.tls.ServerTls;

/**
 * Has the ports show a certificate whose files have changed, and tells of it: of a new one, of one that does not fit, and of one that
 * expires. The contents are compared, since Kubernetes changes files by switching a symbolic link. Thread-safe.
 */
final class Certificates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private static final String SUBJECT = "certificate";
    private static final long PERIOD_SECONDS = 5;

    /** Those who renew certificates of three months do so a month before the end. */
    private static final Duration SOON = Duration.ofDays(14);

    /** Of certificates that live for hours, the last sixth is soon. */
    private static final int PART_OF_LIFE = 6;

    private final ServerTls tls;
    private final EventLog log;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;

    @GuardedBy("this")
    private Age told = Age.FRESH;

    private enum Age {
        FRESH,
        OLD,
        EXPIRED
    }

    Certificates(ServerTls tls, EventLog log) {
        this(tls, log, InstantSource.system());
    }

    Certificates(ServerTls tls, EventLog log, InstantSource clock) {
        this.tls = tls;
        this.log = log;
        this.clock = clock;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-proxy-certificates");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns what shows the certificate. */
    ServerTls tls() {
        return tls;
    }

    /** Tells which certificate is shown, and begins to look for changes. */
    void start() {
        tellShown();
        tellAge();
        var unused = timer.scheduleWithFixedDelay(this::lookQuietly, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private void lookQuietly() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            // An exception would end the schedule.
            LOG.error("Looking for a new certificate failed", e);
        }
    }

    /** Has a certificate that has changed shown, and tells what has changed since the last look. Blocks to read the files. */
    void look() {
        switch (tls.refresh()) {
            case NOTHING_NEW -> {}
            case TAKEN -> tellShown();
            case REFUSED ->
                log.tell(
                        EventKind.CERTIFICATE_REFUSED,
                        SUBJECT,
                        "%s; the certificate from before is shown until that is right".formatted(tls.refusal()));
        }
        tellAge();
    }

    private synchronized void tellShown() {
        CertificateInfo shown = tls.certificate();
        told = Age.FRESH;
        log.tell(
                EventKind.CERTIFICATE_SHOWN,
                SUBJECT,
                "Ports with TLS show the certificate of '%s', which is valid until %s"
                        .formatted(shown.subject(), shown.notAfter()));
    }

    private synchronized void tellAge() {
        CertificateInfo shown = tls.certificate();
        Age age = age(shown, clock.instant());
        if (age == told) {
            return;
        }
        told = age;
        if (age != Age.FRESH) {
            log.tell(
                    EventKind.CERTIFICATE_EXPIRES,
                    SUBJECT,
                    "The certificate of '%s' in '%s' %s at %s; a new one is shown within %d s once it is there"
                            .formatted(
                                    shown.subject(),
                                    tls.config().certFile(),
                                    age == Age.OLD ? "expires" : "has expired",
                                    shown.notAfter(),
                                    2 * PERIOD_SECONDS));
        }
    }

    private static Age age(CertificateInfo shown, Instant now) {
        if (!now.isBefore(shown.notAfter())) {
            return Age.EXPIRED;
        }
        Duration part = Duration.between(shown.notBefore(), shown.notAfter()).dividedBy(PART_OF_LIFE);
        Duration soon = part.compareTo(SOON) < 0 ? part : SOON;
        return now.isBefore(shown.notAfter().minus(soon)) ? Age.FRESH : Age.OLD;
    }

    /** Returns the section of INFO about TLS. */
    Map<String, Object> info() {
        CertificateInfo shown = tls.certificate();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tls_certificate_subject", shown.subject());
        fields.put("tls_certificate_not_after", shown.notAfter());
        fields.put(
                "tls_certificate_seconds_left",
                Duration.between(clock.instant(), shown.notAfter()).toSeconds());
        fields.put("tls_certificate_is_refused", tls.refusal().isEmpty() ? 0 : 1);
        return fields;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
