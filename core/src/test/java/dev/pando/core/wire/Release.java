package dev.pando.core.wire;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// One release of an application: types of package `shop`, compiled from source into a class loader of their own, so
/// that two releases of a type live side by side as they do in two nodes.
public final class Release extends ClassLoader {

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static final StandardJavaFileManager FILES = COMPILER.getStandardFileManager(null, null, null);

    private final Map<String, byte[]> classes = new LinkedHashMap<>();
    private final Codec codec;

    private Release(Map<String, byte[]> classes, List<String> roots) throws ClassNotFoundException {
        super(Release.class.getClassLoader());
        this.classes.putAll(classes);
        List<Class<?>> types = new ArrayList<>();
        for (String root : roots) {
            types.add(loadClass("shop." + root));
        }
        codec = Codec.builder().roots(types.toArray(Class<?>[]::new)).build();
    }

    /// Compiles `public` types into the members of one class `shop.Shop`, and lists `Shop.Order`.
    public static Release of(String members) {
        try {
            return new Release(compile("""
                package shop;
                import dev.pando.core.*;
                import java.math.*;
                import java.time.*;
                import java.util.*;
                public class Shop {
                %s
                }
                """.formatted(members)), List.of("Shop$Order"));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    Codec codec() {
        return codec;
    }

    /// A value of a type of this release, by its record constructor.
    public Object make(String type, Object... fields) {
        try {
            Constructor<?> constructor = loadClass("shop.Shop$" + type).getDeclaredConstructors()[0];
            return constructor.newInstance(fields);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /// A type of this release.
    public Class<?> type(String name) {
        try {
            return loadClass("shop.Shop$" + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /// What another release makes of a value of this one.
    Object sendTo(Release other, Object value) {
        return other.codec.decode(Object.class, codec.encode(value));
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static Map<String, byte[]> compile(String source) {
        Map<String, ByteArrayOutputStream> made = new LinkedHashMap<>();
        StringWriter problems = new StringWriter();
        JavaFileManager files = new ForwardingJavaFileManager<>(FILES) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/')), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return made.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("memory:///shop/Shop.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        if (!COMPILER.getTask(problems, files, null, List.of("-proc:none"), null, List.of(file))
                .call()) {
            throw new AssertionError(problems.toString());
        }
        Map<String, byte[]> classes = new LinkedHashMap<>();
        made.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }
}
