package io.mooring.runtime.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.mooring.csi.v1.CsiProto;
import io.mooring.csi.v1.VolumeCapability.MountVolume;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Messages as one line of text without their secrets. A field is secret when the schema marks it
 * with the option {@code csi_secret}, or with protobuf's own {@code debug_redact}, whatever it is
 * called; of it only the number of entries is told. Mount flags count as secret as well: the CSI
 * specification says of them that they may be.
 */
public final class Redaction {
  private static final int MAX_TEXT = 2 * 1024;
  private static final int MAX_STRING = 256;
  private static final int MAX_ENTRIES = 16;

  private static final Set<FieldDescriptor> UNMARKED_SECRETS =
      Set.of(MountVolume.getDescriptor().findFieldByNumber(MountVolume.MOUNT_FLAGS_FIELD_NUMBER));

  private final StringBuilder text = new StringBuilder();

  private Redaction() {}

  /** At most 2 KiB of text. */
  public static String text(Message message) {
    Redaction redaction = new Redaction();
    redaction.message(message);
    return redaction.text.length() <= MAX_TEXT
        ? redaction.text.toString()
        : redaction.text.substring(0, MAX_TEXT - 3) + "...";
  }

  private static boolean secret(FieldDescriptor field) {
    return field.getOptions().getDebugRedact()
        || field.getOptions().getExtension(CsiProto.csiSecret)
        || field.getOptions().getUnknownFields().hasField(CsiProto.CSI_SECRET_FIELD_NUMBER)
        || UNMARKED_SECRETS.contains(field);
  }

  private boolean full() {
    return text.length() > MAX_TEXT;
  }

  private void message(Message message) {
    text.append('{');
    String separator = "";
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      if (full()) {
        return;
      }
      text.append(separator).append(entry.getKey().getName()).append(": ");
      field(entry.getKey(), entry.getValue());
      separator = ", ";
    }
    text.append('}');
  }

  private void field(FieldDescriptor field, Object value) {
    if (secret(field)) {
      int count = value instanceof List<?> list ? list.size() : 1;
      text.append("<").append(count).append(" stripped>");
    } else if (value instanceof List<?> list) {
      text.append(field.isMapField() ? '{' : '[');
      for (int i = 0; i < Math.min(list.size(), MAX_ENTRIES) && !full(); i++) {
        text.append(i == 0 ? "" : ", ");
        if (field.isMapField() && list.get(i) instanceof Message entry) {
          mapEntry(field, entry);
        } else {
          single(list.get(i));
        }
      }
      text.append(list.size() > MAX_ENTRIES ? ", +" + (list.size() - MAX_ENTRIES) : "");
      text.append(field.isMapField() ? '}' : ']');
    } else {
      single(value);
    }
  }

  private void mapEntry(FieldDescriptor field, Message entry) {
    single(entry.getField(field.getMessageType().findFieldByNumber(1)));
    text.append(": ");
    single(entry.getField(field.getMessageType().findFieldByNumber(2)));
  }

  private void single(Object value) {
    switch (value) {
      case Message message -> message(message);
      case String string -> string(string);
      case ByteString bytes -> text.append("<").append(bytes.size()).append(" bytes>");
      case EnumValueDescriptor constant -> text.append(constant.getName());
      default -> text.append(value);
    }
  }

  private void string(String value) {
    text.append('"');
    value
        .chars()
        .limit(MAX_STRING)
        .forEach(c -> text.append(c < ' ' || c == 0x7f ? '?' : (char) c));
    text.append(value.length() > MAX_STRING ? "...\"" : "\"");
  }
}
