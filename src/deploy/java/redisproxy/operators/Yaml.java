package redisproxy.operators;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** YAML as JSON elements, and ways to them: {@code at(deployment, "spec.template.spec")}. A key given twice is an error. */
final class Yaml {
    private static final Gson GSON = new Gson();

    private Yaml() {}

    /** Returns the documents of a text that are not empty. */
    static List<JsonObject> documents(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonObject> documents = new ArrayList<>();
        new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).loadAll(text).forEach(document -> {
            if (document != null) {
                documents.add(GSON.toJsonTree(document).getAsJsonObject());
            }
        });
        return documents;
    }

    /** Returns the one document of a file, JSON or YAML. */
    static JsonObject file(Path file) {
        List<JsonObject> documents = documents(text(file));
        if (documents.size() != 1) {
            throw new AssertionError(file + ": expected one document, but there are " + documents.size());
        }
        return documents.get(0);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what the path leads to, or JSON's null. Numbers in it are places in an array. */
    static JsonElement at(JsonElement from, String path) {
        JsonElement element = from;
        for (String step : path.split("\\.", -1)) {
            if (element instanceof JsonObject object) {
                element = object.get(step);
            } else if (element instanceof JsonArray array) {
                int place = Integer.parseInt(step);
                element = place < array.size() ? array.get(place) : null;
            } else {
                element = null;
            }
            if (element == null) {
                return JsonNull.INSTANCE;
            }
        }
        return element;
    }

    /** Returns the text at the path, or an empty one. */
    static String textAt(JsonElement from, String path) {
        JsonElement found = at(from, path);
        return found.isJsonNull() ? "" : found.getAsString();
    }

    /** Returns the elements of the array at the path; none if there is nothing. */
    static Stream<JsonElement> each(JsonElement from, String path) {
        return at(from, path) instanceof JsonArray array
                ? StreamSupport.stream(array.spliterator(), false)
                : Stream.of();
    }
}
