package redisproxy.operators;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Manifests as they are sent to Kubernetes. They are valid by its own schema, field by field. */
final class Manifests {
    /** Kinds of the Prometheus Operator, whose schema is not Kubernetes's. */
    private static final Set<String> FOREIGN = Set.of("ServiceMonitor", "PrometheusRule");

    private final List<JsonObject> all;

    /** Takes the text that "kubectl kustomize" or "helm template" prints. */
    Manifests(String text) {
        all = Yaml.documents(text);
        all.forEach(Manifests::validate);
    }

    /** Returns what "kubectl kustomize" makes of a folder. */
    static Manifests ofKustomize(String folder) {
        return new Manifests(Tool.run("kubectl", "kustomize", folder));
    }

    List<JsonObject> all() {
        return all;
    }

    Stream<JsonObject> each(String kind) {
        return all.stream().filter(manifest -> Yaml.textAt(manifest, "kind").equals(kind));
    }

    /** Returns the one manifest of a kind. */
    JsonObject only(String kind) {
        List<JsonObject> found = each(kind).toList();
        if (found.size() != 1) {
            throw new AssertionError("expected one " + kind + ", but there are " + found.size());
        }
        return found.get(0);
    }

    private static void validate(JsonObject manifest) {
        String kind = Yaml.textAt(manifest, "kind");
        if (FOREIGN.contains(kind)) {
            return;
        }
        try {
            Class<?> model = Class.forName("io.kubernetes.client.openapi.models.V1" + kind);
            model.getMethod("validateJsonElement", JsonElement.class).invoke(null, manifest);
        } catch (InvocationTargetException e) {
            throw new AssertionError(kind + ": " + e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no schema for " + manifest, e);
        }
    }
}
