@org.jspecify.annotations.NullMarked
package larder.pem;
