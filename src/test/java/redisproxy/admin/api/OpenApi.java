package redisproxy.admin.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The document of the API, and whether an answer is as it says. Knows the words of JSON Schema that the document uses. */
final class OpenApi {
    private static final Set<String> KNOWN = Set.of(
            "$ref",
            "additionalProperties",
            "anyOf",
            "const",
            "description",
            "enum",
            "format",
            "items",
            "maximum",
            "minimum",
            "properties",
            "required",
            "type");

    private final Map<String, Object> document;

    OpenApi(byte[] json) {
        try {
            document = JSON.std.mapFrom(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Object version() {
        return document.get("openapi");
    }

    /** Returns the paths with their methods, such as {@code GET /api/v1/state}. */
    Set<String> operations() {
        Set<String> found = new TreeSet<>();
        map(document.get("paths"))
                .forEach((path, methods) -> map(methods)
                        .keySet()
                        .forEach(method -> found.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        return found;
    }

    /** Returns what is wrong with an answer; empty if nothing is. */
    List<String> faults(String path, String method, int status, String type, byte[] body) throws IOException {
        Map<String, Object> answers =
                map(map(map(map(document.get("paths")).get(path)).get(method)).get("responses"));
        if (!answers.containsKey(String.valueOf(status))) {
            return List.of("status " + status + " is not documented");
        }
        Map<String, Object> content =
                map(map(answers.get(String.valueOf(status))).get("content"));
        if (!content.containsKey(type)) {
            return List.of("type " + type + " is not documented");
        }
        List<String> faults = new ArrayList<>();
        check("answer", map(map(content.get(type)).get("schema")), JSON.std.anyFrom(body), faults);
        return faults;
    }

    /** Returns what is wrong with a value of the schema of that name. */
    List<String> faults(String schema, String json) throws IOException {
        List<String> faults = new ArrayList<>();
        check(
                schema,
                map(map(map(document.get("components")).get("schemas")).get(schema)),
                JSON.std.anyFrom(json),
                faults);
        return faults;
    }

    private void check(String where, Map<String, Object> schema, Object value, List<String> faults) {
        schema.keySet().stream()
                .filter(word -> !KNOWN.contains(word))
                .forEach(word -> faults.add(where + ": the schema has " + word));
        if (schema.get("$ref") instanceof String reference) {
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            check(where, map(map(map(document.get("components")).get("schemas")).get(name)), value, faults);
        } else if (schema.get("anyOf") instanceof List<?> choices) {
            List<List<String>> each = new ArrayList<>();
            for (Object choice : choices) {
                List<String> found = new ArrayList<>();
                check(where, map(choice), value, found);
                each.add(found);
            }
            if (each.stream().noneMatch(List::isEmpty)) {
                faults.addAll(each.get(0));
            }
        } else {
            checkValue(where, schema, value, faults);
        }
    }

    private void checkValue(String where, Map<String, Object> schema, Object value, List<String> faults) {
        Object type = schema.get("type");
        List<?> types = type instanceof List<?> several ? several : List.of(requireNonNull(type, where));
        if (types.stream().noneMatch(each -> isOfType(String.valueOf(each), value))) {
            faults.add(where + ": " + value + " is no " + types);
            return;
        }
        if (schema.get("enum") instanceof List<?> allowed && !allowed.contains(value)) {
            faults.add(where + ": " + value + " is none of " + allowed);
        }
        if (value instanceof Number number) {
            double least = schema.get("minimum") instanceof Number minimum ? minimum.doubleValue() : -Double.MAX_VALUE;
            double most = schema.get("maximum") instanceof Number maximum ? maximum.doubleValue() : Double.MAX_VALUE;
            if (number.doubleValue() < least || number.doubleValue() > most) {
                faults.add(where + ": " + value + " is out of bounds");
            }
        }
        if (value instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                check(where + "[" + i + "]", map(schema.get("items")), items.get(i), faults);
            }
        }
        if (value instanceof Map<?, ?> fields && schema.containsKey("properties")) {
            checkFields(where, schema, fields, faults);
        }
    }

    private void checkFields(String where, Map<String, Object> schema, Map<?, ?> fields, List<String> faults) {
        Map<String, Object> properties = map(schema.get("properties"));
        for (Object name : (List<?>) schema.get("required")) {
            if (!fields.containsKey(name)) {
                faults.add(where + "." + name + " is missing");
            }
        }
        fields.forEach((name, field) -> {
            if (properties.containsKey(name)) {
                check(where + "." + name, map(properties.get(name)), field, faults);
            } else {
                faults.add(where + "." + name + " is not documented");
            }
        });
    }

    private static boolean isOfType(String type, Object value) {
        return switch (type) {
            case "null" -> value == null;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            case "array" -> value instanceof List;
            case "object" -> value instanceof Map;
            default -> throw new IllegalArgumentException(type);
        };
    }

    @SuppressWarnings("unchecked") // keys of JSON objects are strings
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) requireNonNull(value);
    }
}
