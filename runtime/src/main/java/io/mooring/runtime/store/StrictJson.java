package io.mooring.runtime.store;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON of records, read strictly: by itself Gson fills what is missing with null and 0, and takes
 * an unknown enum constant for null. Unknown fields are ignored, so that an older version can read
 * what a newer one wrote. A component that is marked {@code @Nullable} may be missing. {@link
 * Instant} and {@link Duration} are ISO 8601 texts.
 */
public final class StrictJson {
  private StrictJson() {}

  /** A reader and writer with these rules. */
  public static Gson create() {
    return new GsonBuilder()
        .setStrictness(Strictness.STRICT)
        .setPrettyPrinting()
        .disableHtmlEscaping()
        .registerTypeAdapter(Instant.class, new TextAdapter<>(Instant::parse))
        .registerTypeAdapter(Duration.class, new TextAdapter<>(Duration::parse))
        .registerTypeAdapterFactory(new Strict())
        .create();
  }

  /** Checks records and enums around Gson's own adapters. */
  private static final class Strict implements TypeAdapterFactory {
    @Override
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      Class<? super T> raw = type.getRawType();
      if (!raw.isRecord() && !raw.isEnum()) {
        return null;
      }
      TypeAdapter<T> plain = gson.getDelegateAdapter(this, type);
      TypeAdapter<JsonElement> trees = gson.getAdapter(JsonElement.class);
      return new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, T value) throws IOException {
          plain.write(out, value);
        }

        @Override
        public T read(JsonReader in) throws IOException {
          JsonElement tree = trees.read(in);
          if (raw.isRecord() && tree.isJsonObject()) {
            checkComplete(raw, tree);
          }
          T value = plain.fromJsonTree(tree);
          if (value == null && !tree.isJsonNull()) {
            throw new JsonParseException(raw.getSimpleName() + " has no constant " + tree);
          }
          return value;
        }
      };
    }

    private static void checkComplete(Class<?> raw, JsonElement tree) {
      for (RecordComponent component : raw.getRecordComponents()) {
        JsonElement value = tree.getAsJsonObject().get(component.getName());
        if ((value == null || value.isJsonNull())
            && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
          throw new JsonParseException(
              raw.getSimpleName() + " lacks the field " + component.getName());
        }
      }
    }
  }

  /** A value that is its own text. */
  private static final class TextAdapter<T> extends TypeAdapter<@Nullable T> {
    private final Function<String, T> parser;

    private TextAdapter(Function<String, T> parser) {
      this.parser = parser;
    }

    @Override
    public void write(JsonWriter out, @Nullable T value) throws IOException {
      out.value(value == null ? null : value.toString());
    }

    @Override
    public @Nullable T read(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.NULL) {
        in.nextNull();
        return null;
      }
      String text = in.nextString();
      try {
        return parser.apply(text);
      } catch (DateTimeException e) {
        throw new JsonParseException("'" + text + "' is no time", e);
      }
    }
  }
}
