package io.mooring.node.multipath;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the answer to {@code show map W json}. Members that are not known are ignored, since every
 * version adds some.
 */
final class StatusJson {
  private StatusJson() {}

  /** The status in an answer; empty when the answer is not about a map. */
  static Optional<MapStatus> parse(String answer) {
    if (!answer.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonObject map = JsonParser.parseString(answer).getAsJsonObject().getAsJsonObject("map");
      return map == null || map.isEmpty() ? Optional.empty() : Optional.of(status(map));
    } catch (JsonParseException | IllegalStateException | ClassCastException e) {
      throw Failure.internal("multipathd described a map in a form that is not known", e);
    }
  }

  private static MapStatus status(JsonObject map) {
    List<MapPath> paths = new ArrayList<>();
    for (JsonElement group : members(map, "path_groups")) {
      for (JsonElement path : members(group.getAsJsonObject(), "paths")) {
        paths.add(path(path.getAsJsonObject()));
      }
    }
    return new MapStatus(Queueing.parse(text(map, "queueing")), paths);
  }

  private static MapPath path(JsonObject path) {
    String number = text(path, "dev_t");
    return new MapPath(
        text(path, "dev"),
        DeviceNumber.parse(number)
            .orElseThrow(() -> new JsonParseException("dev_t is '" + number + "'")),
        text(path, "dm_st"),
        text(path, "dev_st"),
        text(path, "chk_st"),
        text(path, "checker"));
  }

  private static JsonArray members(JsonObject object, String name) {
    JsonArray array = object.getAsJsonArray(name);
    return array == null ? new JsonArray() : array;
  }

  private static String text(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value == null || value.isJsonNull() ? "" : value.getAsString().strip();
  }
}
