package redisproxy.otel;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to a collector, as the standard variables of OpenTelemetry say. Names no class of its libraries.
 *
 * @param traces whether a span of each load is sent
 * @param metrics whether the metrics are sent
 */
public record OtelConfig(boolean traces, boolean metrics) {
    /** The one protocol that the JDK's HTTP client can speak: it does not give gRPC's trailers. */
    static final String PROTOCOL = "http/protobuf";

    private static final OtelConfig OFF = new OtelConfig(false, false);

    private enum Signal {
        TRACES,
        METRICS
    }

    /**
     * Reads the variables. A signal is sent if an exporter is named for it ({@code OTEL_TRACES_EXPORTER}), or none is named and an
     * endpoint is ({@code OTEL_EXPORTER_OTLP_ENDPOINT}, or the signal's own). An empty variable counts as one that is not given.
     *
     * @param given returns the value of a variable, or null
     * @throws IllegalArgumentException if something is to be sent in a way that is not supported; the message names the variable
     */
    public static OtelConfig from(Function<String, @Nullable String> given) {
        if (Boolean.parseBoolean(value(given, "OTEL_SDK_DISABLED"))) {
            return OFF;
        }
        return new OtelConfig(isSent(given, Signal.TRACES), isSent(given, Signal.METRICS));
    }

    /** Returns whether anything is sent. */
    public boolean isOn() {
        return traces || metrics;
    }

    private static boolean isSent(Function<String, @Nullable String> given, Signal signal) {
        String name = "OTEL_%s_EXPORTER".formatted(signal);
        String exporter = value(given, name);
        if (exporter.isEmpty()) {
            exporter = hasEndpoint(given, signal) ? "otlp" : "none";
        }
        switch (exporter) {
            case "none" -> {
                return false;
            }
            case "otlp" -> {
                refuseOtherProtocols(given, signal);
                return true;
            }
            default ->
                throw new IllegalArgumentException(
                        "%s: '%s' is not accepted (expected: otlp or none)".formatted(name, exporter));
        }
    }

    private static boolean hasEndpoint(Function<String, @Nullable String> given, Signal signal) {
        return !value(given, "OTEL_EXPORTER_OTLP_ENDPOINT").isEmpty()
                || !value(given, "OTEL_EXPORTER_OTLP_%s_ENDPOINT".formatted(signal))
                        .isEmpty();
    }

    private static void refuseOtherProtocols(Function<String, @Nullable String> given, Signal signal) {
        // The more special one counts.
        for (String name : List.of("OTEL_EXPORTER_OTLP_%s_PROTOCOL".formatted(signal), "OTEL_EXPORTER_OTLP_PROTOCOL")) {
            String protocol = value(given, name);
            if (protocol.equals(PROTOCOL)) {
                return;
            }
            if (!protocol.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s: '%s' is not accepted (expected: %s, which collectors take on port 4318)"
                                .formatted(name, protocol, PROTOCOL));
            }
        }
    }

    private static String value(Function<String, @Nullable String> given, String name) {
        String value = given.apply(name);
        return value == null ? "" : value.trim().toLowerCase(Locale.ROOT);
    }
}
