package io.mooring.node.volume;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.mooring.runtime.failure.Failure;

/** Reads the key {@code limits} of the publish context: an object of numbers. */
final class LimitsParser {
  private static final String KEY = "limits";

  private LimitsParser() {}

  /**
   * The limits; none ever where the text is empty.
   *
   * @throws Failure INVALID_ARGUMENT for anything else than what the controller writes
   */
  static VolumeLimits parse(String text) {
    if (text.isEmpty()) {
      return VolumeLimits.NEVER;
    }
    JsonObject limits = object(text);
    return new VolumeLimits(
        number(limits, "readIops"),
        number(limits, "writeIops"),
        number(limits, "readBytesPerSecond"),
        number(limits, "writeBytesPerSecond"),
        number(limits, "revision"));
  }

  private static JsonObject object(String text) {
    try {
      if (JsonParser.parseString(text) instanceof JsonObject limits) {
        return limits;
      }
    } catch (JsonParseException e) {
      throw PublishContextParser.malformed(KEY, "is not JSON");
    }
    throw PublishContextParser.malformed(KEY, "is not an object");
  }

  private static long number(JsonObject limits, String name) {
    if (limits.get(name) instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && primitive.getAsString().matches("[0-9]{1,18}")) {
      return primitive.getAsLong();
    }
    throw PublishContextParser.malformed(KEY, "(" + name + ") is not a number");
  }
}
